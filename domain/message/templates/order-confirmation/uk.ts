import type { LocalText } from "../../template.ts";
import { words } from "../../words.ts";

export const uk: LocalText = {
  words: words.uk,
  subject: `Замовлення {{ order.number }} прийнято`,
  html: `{% layout "page" %}
{% block preheader %}{{ order.units | plural: "товар", "товари", "товарів" }} на {{ order.total | money }}{% endblock %}
{% block content %}
<h1 style="margin:0 0 12px;font-size:21px">Дякуємо
{%- if customer.firstName %}, {{ customer.firstName }}{% endif %}!</h1>
<p style="margin:0 0 16px">Ми прийняли ваше замовлення <b>{{ order.number }}</b> від
{{ order.placedAt | date: order.timeZone }}: {{ order.units | plural: "товар", "товари", "товарів" }}.</p>
{% render "order" %}
<p style="margin:16px 0 0">
{%- if order.due.amountMinor == 0 %}Замовлення оплачено.
{%- elsif order.timing == "on_delivery" %}До сплати під час отримання: <b>{{ order.due | money }}</b>.
{%- elsif order.timing == "invoice" %}До сплати за рахунком: <b>{{ order.due | money }}</b>.
{%- else %}До сплати: <b>{{ order.due | money }}</b>. Ми почнемо збирати замовлення, щойно надійде оплата.{% endif -%}
</p>
{% endblock %}`,
  text: `Дякуємо{% if customer.firstName %}, {{ customer.firstName }}{% endif %}!

Ми прийняли ваше замовлення {{ order.number }} від {{ order.placedAt | date: order.timeZone }}:
{{- order.units | plural: "товар", "товари", "товарів" | prepend: " " }}.

{% render "order-text" %}
{% if order.due.amountMinor == 0 %}Замовлення оплачено.
{%- elsif order.timing == "on_delivery" %}До сплати під час отримання: {{ order.due | money }}.
{%- elsif order.timing == "invoice" %}До сплати за рахунком: {{ order.due | money }}.
{%- else %}До сплати: {{ order.due | money }}. Ми почнемо збирати замовлення, щойно надійде оплата.{% endif %}

{% render "footer-text" %}`,
};
