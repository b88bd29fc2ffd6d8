import type { LocalText } from "../../template.ts";
import { words } from "../../words.ts";

export const ru: LocalText = {
  words: words.ru,
  subject: `Заказ {{ order.number }} ждёт оплаты`,
  html: `{% layout "page" %}
{% block preheader %}К оплате {{ order.due | money }}{% endblock %}
{% block content %}
<h1 style="margin:0 0 12px;font-size:21px">Ваш заказ ждёт вас
{%- if customer.firstName %}, {{ customer.firstName }}{% endif %}</h1>
<p style="margin:0 0 16px">Заказ <b>{{ order.number }}</b> от {{ order.placedAt | date: order.timeZone }} ещё не
оплачен. К оплате: <b>{{ order.due | money }}</b>. Если вы только что оплатили, не обращайте внимания на это письмо.</p>
{%- if params.promoCode %}
<p style="margin:0 0 16px;padding:12px 16px;background:#f4f3f0">Воспользуйтесь промокодом
<b>{{ params.promoCode }}</b> в следующем заказе.</p>
{%- endif %}
{% render "order" %}
{% render "button" %}
{% endblock %}`,
  text: `Ваш заказ ждёт вас{% if customer.firstName %}, {{ customer.firstName }}{% endif %}.

Заказ {{ order.number }} от {{ order.placedAt | date: order.timeZone }} ещё не оплачен.
К оплате: {{ order.due | money }}. Если вы только что оплатили, не обращайте внимания на это письмо.
{% if params.promoCode %}
Воспользуйтесь промокодом {{ params.promoCode }} в следующем заказе.
{% endif %}
{% render "order-text" %}
{% render "footer-text" %}`,
};
