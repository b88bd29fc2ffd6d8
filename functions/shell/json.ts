/** Nesting at most. */
export const JSON_DEPTH_MAX = 32;

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

/** Brackets, colons, commas and whole strings, in order, up to a string that does not end. */
function* tokensOf(text: string): Generator<string> {
  const mark = /["{}[\],:]/g;
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    const end = found[0] === '"' ? endOfString(text, found.index) : found.index;
    if (end === -1) return;
    mark.lastIndex = end + 1;
    yield text.slice(found.index, end + 1);
  }
}

/** Walks the brackets and keys of a text: depth, repeated keys and keys that could reach a prototype. */
function inspect(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let previous = "";
  let key: string | undefined;
  for (const token of tokensOf(text)) {
    if (token === "{" || token === "[") {
      open.push(token === "{" ? new Set() : undefined);
      if (open.length > JSON_DEPTH_MAX)
        throw new UnreadableJson("json_too_deep", `JSON nests at most ${JSON_DEPTH_MAX} levels.`);
    } else if (token === "}" || token === "]") open.pop();
    else if (token === ":") note(open.at(-1), key);
    key = token.startsWith('"') && (previous === "{" || previous === ",") ? token : undefined;
    previous = token;
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
 * invalid UTF-8, lone surrogates, repeated keys, `__proto__` and nesting beyond the limit with `UnreadableJson`.
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
