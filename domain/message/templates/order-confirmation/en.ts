import type { LocalText } from "../../template.ts";
import { words } from "../../words.ts";

export const en: LocalText = {
  words: words.en,
  subject: `Your order {{ order.number }} is confirmed`,
  html: `{% layout "page" %}
{% block preheader %}{{ order.units | plural: "item", "items", "items" }} for {{ order.total | money }}{% endblock %}
{% block content %}
<h1 style="margin:0 0 12px;font-size:21px">Thank you
{%- if customer.firstName %}, {{ customer.firstName }}{% endif %}!</h1>
<p style="margin:0 0 16px">We have your order <b>{{ order.number }}</b> of
{{ order.placedAt | date: order.timeZone }}: {{ order.units | plural: "item", "items", "items" }}.</p>
{% render "order" %}
<p style="margin:16px 0 0">
{%- if order.due.amountMinor == 0 %}The order is paid.
{%- elsif order.timing == "on_delivery" %}To pay on delivery: <b>{{ order.due | money }}</b>.
{%- elsif order.timing == "invoice" %}To pay by invoice: <b>{{ order.due | money }}</b>.
{%- else %}To pay: <b>{{ order.due | money }}</b>. We start packing as soon as the payment is in.{% endif -%}
</p>
{% endblock %}`,
  text: `Thank you{% if customer.firstName %}, {{ customer.firstName }}{% endif %}!

We have your order {{ order.number }} of {{ order.placedAt | date: order.timeZone }}:
{{- order.units | plural: "item", "items", "items" | prepend: " " }}.

{% render "order-text" %}
{% if order.due.amountMinor == 0 %}The order is paid.
{%- elsif order.timing == "on_delivery" %}To pay on delivery: {{ order.due | money }}.
{%- elsif order.timing == "invoice" %}To pay by invoice: {{ order.due | money }}.
{%- else %}To pay: {{ order.due | money }}. We start packing as soon as the payment is in.{% endif %}

{% render "footer-text" %}`,
};
