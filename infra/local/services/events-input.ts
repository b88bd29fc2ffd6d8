import { parseExact } from "./digits.ts";

/** How a target wants its input: as it is, a constant, a part, or a template. */
export interface InputSettings {
  Input?: string;
  InputPath?: string;
  InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate: string };
}

/** Where an event came through, for the reserved variables of templates. */
export interface Passage {
  ruleArn: string;
  ruleName: string;
  /** ISO 8601. */
  ingestedAt: string;
}

/** The text that a target gets for an event; numbers of any size keep their digits. */
export function renderInput(settings: InputSettings, event: string, passage: Passage): string {
  if (settings.Input !== undefined) return settings.Input;
  if (settings.InputPath !== undefined) return JSON.stringify(at(parseExact(event), settings.InputPath)) ?? "null";
  return settings.InputTransformer ? transform(settings.InputTransformer, event, passage) : event;
}

function transform(
  transformer: NonNullable<InputSettings["InputTransformer"]>,
  event: string,
  passage: Passage,
): string {
  const tree = parseExact(event);
  const values = new Map<string, unknown>([
    ["aws.events.rule-arn", passage.ruleArn],
    ["aws.events.rule-name", passage.ruleName],
    ["aws.events.event.ingestion-time", passage.ingestedAt],
    ["aws.events.event", tree],
    ["aws.events.event.json", tree],
  ]);
  for (const [name, path] of Object.entries(transformer.InputPathsMap ?? {})) values.set(name, at(tree, path));
  return fill(transformer.InputTemplate, values);
}

/** Fills `<name>`: inside quotes as text, outside as a JSON value; a name without a value leaves an empty text. */
function fill(template: string, values: Map<string, unknown>): string {
  let quoted = false;
  const isText = !/^\s*[{["]/.test(template);
  return template.replace(/\\.|"|<([\w.-]+)>/g, (piece, name: string | undefined) => {
    if (piece === '"') quoted = !quoted;
    if (name === undefined || !values.has(name)) return piece;
    const value = values.get(name);
    const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
    if (isText) return text;
    if (quoted) return JSON.stringify(text).slice(1, -1);
    return value === undefined ? '""' : (JSON.stringify(value) ?? '""');
  });
}

/** The value at a JSON path of member names and indexes, such as `$.detail.lines[0]['unit-price']`. */
export function at(tree: unknown, path: string): unknown {
  let value = tree;
  for (const [, dotted, index, named] of path.matchAll(/\.([\w-]+)|\[(\d+)\]|\[['"]([^'"]+)['"]\]/g)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[dotted ?? index ?? named ?? ""];
  }
  return value;
}
