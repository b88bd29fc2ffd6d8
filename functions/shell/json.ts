/** Nesting at most. */
export const JSON_DEPTH_MAX = 32;

/** Values at most, of all levels: the largest order has a quarter of them, and reading takes time for each. */
export const JSON_VALUES_MAX = 200_000;

/** Keys of one object at most. */
export const JSON_KEYS_MAX = 1_000;

/** Why a body is not read. */
export class UnreadableJson extends Error {
  readonly code: string;

  constructor(code: string, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = "UnreadableJson";
    this.code = code;
  }
}

/** Where the string that starts here ends; -1 when it never does. One pass, so that no text makes it slow. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text[before] === "\\") before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return -1;
}

const [QUOTE, COLON, COMMA] = [0x22, 0x3a, 0x2c];
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];
/** The characters that say how a text is built, by their codes. */
const MARKS = new Set([QUOTE, COLON, COMMA, LIST, LIST_END, OBJECT, OBJECT_END]);
const isMark = Uint8Array.from({ length: 128 }, (_, code) => Number(MARKS.has(code)));

/** Walks the brackets and keys of a text: depth, number of values, repeated keys, keys that could reach a prototype. */
function inspect(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let [previous, values] = [0, 0];
  let key: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text.charCodeAt(at);
    if (mark >= isMark.length || isMark[mark] === 0) continue;
    const start = at;
    if (mark === QUOTE) {
      at = endOfString(text, at);
      if (at === -1) return;
    } else if (mark === OBJECT || mark === LIST) {
      open.push(mark === OBJECT ? new Set() : undefined);
      if (open.length > JSON_DEPTH_MAX)
        throw new UnreadableJson("json_too_deep", `JSON nests at most ${JSON_DEPTH_MAX} levels.`);
    } else if (mark === OBJECT_END || mark === LIST_END) open.pop();
    else if (mark === COLON) note(open.at(-1), key);
    // Every value but the first of all stands behind one of these.
    if (mark === COMMA || mark === OBJECT || mark === LIST) values += 1;
    if (values > JSON_VALUES_MAX)
      throw new UnreadableJson("json_too_large", `JSON holds at most ${JSON_VALUES_MAX} values.`);
    key = mark === QUOTE && (previous === OBJECT || previous === COMMA) ? text.slice(start, at + 1) : undefined;
    previous = mark;
  }
}

function note(keys: Set<string> | undefined, token: string | undefined): void {
  if (!keys || token === undefined) return;
  // An escape may spell the same key in another way.
  const key = token.includes("\\") ? String(readToken(token)) : token.slice(1, -1);
  if (key === "__proto__") throw new UnreadableJson("json_forbidden_key", "A key named __proto__ is not accepted.");
  if (keys.has(key))
    throw new UnreadableJson(
      "json_duplicate_key",
      `The key ${JSON.stringify(key).slice(0, 80)} stands twice in one object.`,
    );
  keys.add(key);
  if (keys.size > JSON_KEYS_MAX)
    throw new UnreadableJson("json_too_large", `A JSON object has at most ${JSON_KEYS_MAX} keys.`);
}

function readToken(token: string): unknown {
  try {
    return JSON.parse(token);
  } catch (cause) {
    throw new UnreadableJson("json_not_readable", "The body is not valid JSON.", cause);
  }
}

type Reviver = (this: unknown, key: string, value: unknown, context: { source: string }) => unknown;

/** A whole number that a float holds exactly stays a number; any other keeps its digits as text. */
const exact: Reviver = (key, value, context) => {
  if (!key.isWellFormed() || (typeof value === "string" && !value.isWellFormed())) {
    throw new UnreadableJson("json_not_unicode", "A string holds half of a character (a lone surrogate).");
  }
  return typeof value === "number" && (!Number.isSafeInteger(value) || /[.eE]/.test(context.source))
    ? context.source
    : value;
};

/**
 * Reads JSON from raw bytes without losing a digit: numbers beyond 2^53 and fractions come back as their text. Refuses
 * invalid UTF-8, lone surrogates, repeated keys, `__proto__`, and what is too deep or too much, with `UnreadableJson`.
 */
export function readJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (cause) {
    throw new UnreadableJson("json_not_utf8", "The body is not valid UTF-8.", cause);
  }
  inspect(text);
  try {
    return JSON.parse(text, exact as (key: string, value: unknown) => unknown);
  } catch (cause) {
    if (cause instanceof UnreadableJson) throw cause;
    throw new UnreadableJson("json_not_readable", "The body is not valid JSON.", cause);
  }
}
