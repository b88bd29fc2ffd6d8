import type { Resource } from "./ports.ts";

/** What the page of the local cloud shows. */
export interface PageContent {
  now: number;
  url: string;
  endpoint: string;
  stacks: readonly string[];
  resources: readonly Resource[];
  outputs: Record<string, unknown>;
  functions: Record<string, { invocations: number; errors: number }>;
  views: Record<string, unknown>;
}

const ROWS_MAX = 50;
/** Characters of what is shown without a click. */
const SHORT_MAX = 120;

/** A plain page for people: where things are, what went out, what happened last. */
export function page(content: PageContent): string {
  const { now, url, endpoint, stacks, resources, outputs, functions, views } = content;
  const kinds = Map.groupBy(resources, ({ type }) => type);
  const inventory = [...kinds].map(([kind, all]) => ({ kind, count: all.length, names: names(all) }));
  const routes = (kinds.get("AWS::ApiGatewayV2::Route") ?? []).map(({ properties }) => ({
    route: properties.RouteKey,
  }));
  const runs = Object.entries(functions).map(([name, stats]) => ({ name, ...stats }));
  const results = Object.entries(outputs).map(([name, value]) => ({ name, value }));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Local cloud</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; margin-bottom: 2rem; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ddd; }
td { overflow-wrap: anywhere; }
pre { margin: 0; white-space: pre-wrap; }
tr:has(+ tr > .more) > td { border: 0; padding-bottom: 0; }
.more { padding-top: 0; }
details { display: inline-block; margin-right: 1rem; vertical-align: top; }
details[open] { display: block; }
summary { cursor: pointer; color: #06c; }
iframe { border: 1px solid #ddd; width: 40rem; max-width: 100%; height: 24rem; }
</style>
<h1>Local cloud</h1>
<p>Its clock says <b>${new Date(now).toISOString()}</b>. API: <a href="${url}">${url}</a>. AWS endpoint: ${endpoint}.
Stacks: ${escapeHtml(stacks.join(", "))}.</p>
<p>${["credentials", "outbox", "alerts", "clock", "stats", "iam", "queues", "logs"]
    .map((name) => `<a href="/_local/${name}">/_local/${name}</a>`)
    .join(" · ")}</p>
${section("Outbox", listOf(views.outbox))}
${section("Alerts", listOf(views.alerts))}
${section("Last events", listOf(views.events))}
${section("Queues", listOf(views.queues))}
${section("Functions", runs)}
${section("Routes", routes)}
${section("Resources", inventory)}
${section("Outputs", results)}
</html>
`;
}

function names(resources: readonly Resource[]): string {
  return resources.map(({ logicalId }) => logicalId).join(", ");
}

/** Views give rows, or an object that holds them. */
function listOf(view: unknown): unknown[] {
  if (Array.isArray(view)) return view;
  const inner = typeof view === "object" && view !== null ? Object.values(view).find(Array.isArray) : undefined;
  return inner ?? [];
}

function section(title: string, rows: unknown[]): string {
  const shown = rows.slice(-ROWS_MAX).reverse() as Record<string, unknown>[];
  if (shown.length === 0) return `<h2>${title}</h2><p>None yet.</p>`;
  const columns = [...new Set(shown.flatMap((row) => Object.keys(row).filter((name) => isShort(row[name]))))];
  const heads = columns.map((name) => `<th>${escapeHtml(name)}</th>`).join("");
  const body = shown.map((row) => {
    const cells = columns.map((name) => `<td>${isShort(row[name]) ? escapeHtml(String(row[name])) : ""}</td>`);
    const more = folded(row);
    return `<tr>${cells.join("")}</tr>${more && `<tr><td class="more" colspan="${columns.length}">${more}</td></tr>`}`;
  });
  return `<h2>${title}</h2>\n<table><tr>${heads}</tr>\n${body.join("\n")}</table>`;
}

/** What fits into a line; everything else is unfolded by a click. */
const isShort = (value: unknown) =>
  value !== undefined && typeof value !== "object" && String(value).length <= SHORT_MAX && !/\n/.test(String(value));

/** The long values of a row; what is HTML is shown as such, in a frame that may do nothing. */
function folded(row: Record<string, unknown>): string {
  return Object.entries(row)
    .filter(([, value]) => value !== undefined && !isShort(value))
    .map(([name, value]) => {
      const text = typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
      const escaped = escapeHtml(text);
      const inside = name === "html" ? `<iframe sandbox srcdoc="${escaped}"></iframe>` : `<pre>${escaped}</pre>`;
      return `<details><summary>${escapeHtml(name)}</summary>${inside}</details>`;
    })
    .join("");
}

function escapeHtml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
