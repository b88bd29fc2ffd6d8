import type { LocalText } from "../../template.ts";
import { words } from "../../words.ts";

export const en: LocalText = {
  words: words.en,
  subject: `Your order {{ order.number }} is awaiting payment`,
  html: `{% layout "page" %}
{% block preheader %}To pay: {{ order.due | money }}{% endblock %}
{% block content %}
<h1 style="margin:0 0 12px;font-size:21px">Your order is waiting for you
{%- if customer.firstName %}, {{ customer.firstName }}{% endif %}</h1>
<p style="margin:0 0 16px">Order <b>{{ order.number }}</b> of {{ order.placedAt | date: order.timeZone }} is not paid
yet. To pay: <b>{{ order.due | money }}</b>. If you have just paid, please ignore this e-mail.</p>
{%- if params.promoCode %}
<p style="margin:0 0 16px;padding:12px 16px;background:#f4f3f0">Use the promo code
<b>{{ params.promoCode }}</b> with your next order.</p>
{%- endif %}
{% render "order" %}
{% render "button" %}
{% endblock %}`,
  text: `Your order is waiting for you{% if customer.firstName %}, {{ customer.firstName }}{% endif %}.

Order {{ order.number }} of {{ order.placedAt | date: order.timeZone }} is not paid yet.
To pay: {{ order.due | money }}. If you have just paid, please ignore this e-mail.
{% if params.promoCode %}
Use the promo code {{ params.promoCode }} with your next order.
{% endif %}
{% render "order-text" %}
{% render "footer-text" %}`,
};
