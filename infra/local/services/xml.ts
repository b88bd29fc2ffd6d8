const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;" };

/** Members of an element written with their own repeated tag instead of `<member>`. */
export class Flat {
  readonly rows: readonly unknown[];
  constructor(rows: readonly unknown[]) {
    this.rows = rows;
  }
}

/** An XML document of nested members: lists become `<member>` rows, maps `<entry>` pairs, instants ISO 8601. */
export function xml(root: string, content: unknown, namespace?: string): string {
  const attribute = namespace ? ` xmlns="${namespace}"` : "";
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${inner(content)}</${root}>`;
}

function element(name: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (value instanceof Flat) return value.rows.map((row) => element(name, row)).join("");
  return `<${name}>${inner(value)}</${name}>`;
}

function inner(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((row) => element("member", row)).join("");
  if (value instanceof Map) return [...value].map(([key, entry]) => element("entry", { key, value: entry })).join("");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([name, child]) => element(name, child))
      .join("");
  return String(value).replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}
