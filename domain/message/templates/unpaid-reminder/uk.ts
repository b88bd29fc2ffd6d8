import type { LocalText } from "../../template.ts";
import { words } from "../../words.ts";

export const uk: LocalText = {
  words: words.uk,
  subject: `Замовлення {{ order.number }} чекає на оплату`,
  html: `{% layout "page" %}
{% block preheader %}До сплати {{ order.due | money }}{% endblock %}
{% block content %}
<h1 style="margin:0 0 12px;font-size:21px">Ваше замовлення чекає на вас
{%- if customer.firstName %}, {{ customer.firstName }}{% endif %}</h1>
<p style="margin:0 0 16px">Замовлення <b>{{ order.number }}</b> від {{ order.placedAt | date: order.timeZone }} ще не
оплачене. До сплати: <b>{{ order.due | money }}</b>. Якщо ви щойно оплатили, не зважайте на цей лист.</p>
{%- if params.promoCode %}
<p style="margin:0 0 16px;padding:12px 16px;background:#f4f3f0">Скористайтеся промокодом
<b>{{ params.promoCode }}</b> у наступному замовленні.</p>
{%- endif %}
{% render "order" %}
{% render "button" %}
{% endblock %}`,
  text: `Ваше замовлення чекає на вас{% if customer.firstName %}, {{ customer.firstName }}{% endif %}.

Замовлення {{ order.number }} від {{ order.placedAt | date: order.timeZone }} ще не оплачене.
До сплати: {{ order.due | money }}. Якщо ви щойно оплатили, не зважайте на цей лист.
{% if params.promoCode %}
Скористайтеся промокодом {{ params.promoCode }} у наступному замовленні.
{% endif %}
{% render "order-text" %}
{% render "footer-text" %}`,
};
