/**
 * The shared parts of every e-mail, as Liquid. Mail clients know tables and inline styles and little else, so that is
 * what the page is made of; without styles it still reads from top to bottom.
 */
export const partials: Readonly<Record<string, string>> = {
  /** The page around a template's `preheader` and `content` blocks. */
  page: `<!doctype html>
<html lang="{{ locale }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>{{ store.name }}</title>
</head>
<body style="margin:0;padding:0;background:#f4f3f0">
<div style="display:none;max-height:0;overflow:hidden">{% block preheader %}{% endblock %}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f4f3f0">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff">
<tr><td style="padding:20px 28px;border-bottom:1px solid #e6e3dc;font:bold 17px Arial,sans-serif;color:#22211f">
{%- if store.url %}<a href="{{ store.url }}" style="color:#22211f;text-decoration:none">{{ store.name }}</a>
{%- else %}{{ store.name }}{% endif -%}
</td></tr>
<tr><td style="padding:24px 28px;font:15px/1.55 Arial,sans-serif;color:#22211f">
{% block content %}{% endblock %}
</td></tr>
<tr><td style="padding:16px 28px;border-top:1px solid #e6e3dc;font:12px/1.5 Arial,sans-serif;color:#77736b">
{{ words.because }}{% if marketing %}<br>{{ words.unsubscribe }}{% endif %}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`,

  /** What was bought, what it costs, and where it goes; what is due is the template's to say, once. */
  order: `<table width="100%" cellpadding="0" cellspacing="0"
style="border-collapse:collapse;font:14px/1.45 Arial,sans-serif">
{%- for line in order.lines %}
<tr>
<td style="padding:8px 0;border-bottom:1px solid #efece6">{{ line.name }}
<span style="color:#77736b">× {{ line.quantity | count }}</span></td>
<td align="right" style="padding:8px 0 8px 12px;border-bottom:1px solid #efece6;white-space:nowrap">
{{- line.total | money }}</td>
</tr>
{%- endfor %}
{%- if order.hidden > 0 %}
<tr><td colspan="2" style="padding:8px 0;color:#77736b">{% render "more" %}</td></tr>
{%- endif %}
{%- for row in order.sums %}
<tr>
<td style="padding:6px 0;color:#77736b">{{ words[row.word] }}</td>
<td align="right" style="padding:6px 0 6px 12px;white-space:nowrap">{{ row.amount | money }}</td>
</tr>
{%- endfor %}
<tr>
<td style="padding:10px 0;border-top:2px solid #22211f;font-weight:bold">{{ words.total }}</td>
<td align="right" style="padding:10px 0 10px 12px;border-top:2px solid #22211f;font-weight:bold;white-space:nowrap">
{{- order.total | money }}</td>
</tr>
{%- if order.taxIncluded %}
<tr>
<td style="padding:0 0 6px;color:#77736b">{{ words.taxIncluded }}</td>
<td align="right" style="padding:0 0 6px 12px;color:#77736b;white-space:nowrap">
{{- order.taxIncluded | money }}</td>
</tr>
{%- endif %}
{%- if order.paid %}
<tr>
<td style="padding:6px 0;color:#77736b">{{ words.paid }}</td>
<td align="right" style="padding:6px 0 6px 12px;white-space:nowrap">{{ order.paid | money }}</td>
</tr>
{%- endif %}
</table>
{%- if order.delivery %}
<p style="margin:16px 0 0"><span style="color:#77736b">{{ words.delivery }}:</span> {{ order.delivery }}</p>
{%- endif %}
`,

  /** The same without a page. */
  "order-text": `{% for line in order.lines %}- {{ line.name }} × {{ line.quantity | count }}: {{ line.total | money }}
{% endfor %}
{%- if order.hidden > 0 %}- {% render "more" %}
{% endif %}
{%- for row in order.sums %}
{{ words[row.word] }}: {{ row.amount | money }}
{%- endfor %}
{{ words.total }}: {{ order.total | money }}
{%- if order.taxIncluded %}
{{ words.taxIncluded }}: {{ order.taxIncluded | money }}
{%- endif %}
{%- if order.paid %}
{{ words.paid }}: {{ order.paid | money }}
{%- endif %}
{%- if order.delivery %}
{{ words.delivery }}: {{ order.delivery }}
{%- endif %}
`,

  more: `{{ words.moreBefore }} {{ order.hidden | plural: words.moreOne, words.moreFew, words.moreMany }}`,

  button: `{% if store.url %}<p style="margin:24px 0 0"><a href="{{ store.url }}"
style="display:inline-block;padding:11px 22px;background:#22211f;color:#ffffff;text-decoration:none">
{{- words.open }}</a></p>{% endif %}
`,

  "footer-text": `-- 
{{ store.name }}{% if store.url %}, {{ store.url }}{% endif %}
{{ words.because }}{% if marketing %}
{{ words.unsubscribe }}{% endif %}
`,
};
