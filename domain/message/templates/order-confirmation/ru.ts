import type { LocalText } from "../../template.ts";
import { words } from "../../words.ts";

export const ru: LocalText = {
  words: words.ru,
  subject: `Заказ {{ order.number }} принят`,
  html: `{% layout "page" %}
{% block preheader %}{{ order.units | plural: "товар", "товара", "товаров" }} на {{ order.total | money }}{% endblock %}
{% block content %}
<h1 style="margin:0 0 12px;font-size:21px">Спасибо
{%- if customer.firstName %}, {{ customer.firstName }}{% endif %}!</h1>
<p style="margin:0 0 16px">Мы приняли ваш заказ <b>{{ order.number }}</b> от
{{ order.placedAt | date: order.timeZone }}: {{ order.units | plural: "товар", "товара", "товаров" }}.</p>
{% render "order" %}
<p style="margin:16px 0 0">
{%- if order.due.amountMinor == 0 %}Заказ оплачен.
{%- elsif order.timing == "on_delivery" %}К оплате при получении: <b>{{ order.due | money }}</b>.
{%- elsif order.timing == "invoice" %}К оплате по счёту: <b>{{ order.due | money }}</b>.
{%- else %}К оплате: <b>{{ order.due | money }}</b>. Мы начнём собирать заказ, как только поступит оплата.{% endif -%}
</p>
{% endblock %}`,
  text: `Спасибо{% if customer.firstName %}, {{ customer.firstName }}{% endif %}!

Мы приняли ваш заказ {{ order.number }} от {{ order.placedAt | date: order.timeZone }}:
{{- order.units | plural: "товар", "товара", "товаров" | prepend: " " }}.

{% render "order-text" %}
{% if order.due.amountMinor == 0 %}Заказ оплачен.
{%- elsif order.timing == "on_delivery" %}К оплате при получении: {{ order.due | money }}.
{%- elsif order.timing == "invoice" %}К оплате по счёту: {{ order.due | money }}.
{%- else %}К оплате: {{ order.due | money }}. Мы начнём собирать заказ, как только поступит оплата.{% endif %}

{% render "footer-text" %}`,
};
