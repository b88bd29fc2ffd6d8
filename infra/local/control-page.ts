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
  const columns = [...new Set(shown.flatMap((row) => Object.keys(row)))].filter((name) => name !== "html");
  if (shown.length === 0) return `<h2>${title}</h2><p>None yet.</p>`;
  const head = columns.map((name) => `<th>${escapeHtml(name)}</th>`).join("");
  const body = shown
    .map((row) => `<tr>${columns.map((name) => `<td>${cell(row[name])}</td>`).join("")}</tr>`)
    .join("\n");
  return `<h2>${title}</h2>\n<table><tr>${head}</tr>\n${body}</table>`;
}

function cell(value: unknown): string {
  if (value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
  return text.includes("\n") ? `<pre>${escapeHtml(text)}</pre>` : escapeHtml(text);
}

function escapeHtml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
