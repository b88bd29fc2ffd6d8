/** JSON.rawJSON and the source of a number: in the language since ES2026, not yet in the compiler's library. */
interface SourceJson {
  parse(text: string, revive: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
}

const json = JSON as unknown as SourceJson;

/** JSON whose numbers keep their digits when it is written again: ids beyond 2^53, trailing zeros of prices. */
export function parseExact(text: string): unknown {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === "number" && source !== undefined && source !== String(value) ? json.rawJSON(source) : value,
  );
}
