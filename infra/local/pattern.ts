/** Says whether an event matches the pattern it was compiled from. */
export type Matcher = (event: unknown) => boolean;

/** A pattern that EventBridge would refuse. */
export class InvalidPattern extends Error {
  override name = "InvalidPatternException";
}

type Leaf = string | number | boolean | null;
/** A test of the leaves found at one path; there are none where the path leads nowhere. */
type Test = (leaves: Leaf[]) => boolean;
type Fields = Record<string, unknown>;

/**
 * Compiles an event pattern of EventBridge (rules, and the filters of event source mappings).
 * Throws an `InvalidPattern` for anything that is not part of the language.
 */
export function compilePattern(pattern: unknown): Matcher {
  const parsed = typeof pattern === "string" ? (JSON.parse(pattern) as unknown) : pattern;
  if (!isFields(parsed)) throw new InvalidPattern("An event pattern is a JSON object.");
  return compileFields(parsed);
}

function compileFields(pattern: Fields): Matcher {
  const parts = Object.entries(pattern).map(([key, value]): Matcher => {
    if (key === "$or") return compileOr(value);
    if (Array.isArray(value)) {
      const test = compileAny(value, key);
      return (event) => test(leavesOf(event, key));
    }
    if (!isFields(value)) throw new InvalidPattern(`The value of "${key}" must be an array or an object.`);
    const inner = compileFields(value);
    return (event) => objectsOf(event, key).some(inner);
  });
  return (event) => parts.every((part) => part(event));
}

function compileOr(value: unknown): Matcher {
  if (!Array.isArray(value) || value.length < 2)
    throw new InvalidPattern('"$or" takes an array of two or more patterns.');
  const parts = value.map((each) => compilePattern(each));
  return (event) => parts.some((part) => part(event));
}

/** The leaf values at a key; arrays of an event match by any of their elements. */
function leavesOf(event: unknown, key: string): Leaf[] {
  if (!isFields(event) || !Object.hasOwn(event, key)) return [];
  const value = event[key];
  const values: unknown[] = Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value];
  return values.filter((each): each is Leaf => each === null || typeof each !== "object");
}

/** The objects at a key; a missing one counts as empty, so that `exists: false` holds below it. */
function objectsOf(event: unknown, key: string): Fields[] {
  const value = isFields(event) ? event[key] : undefined;
  const found = (Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value]).filter(isFields);
  return found.length > 0 ? found : [{}];
}

function compileAny(options: unknown[], key: string): Test {
  if (options.length === 0) throw new InvalidPattern(`The array of "${key}" is empty.`);
  const tests = options.map(compileOption);
  return (leaves) => tests.some((test) => test(leaves));
}

function compileOption(option: unknown): Test {
  if (!isFields(option)) {
    if (Array.isArray(option)) throw new InvalidPattern("An array within an array is not a pattern.");
    return (leaves) => leaves.includes(option as Leaf);
  }
  const [entry, ...others] = Object.entries(option);
  if (!entry || others.length > 0) throw new InvalidPattern(`A matcher has one key: ${JSON.stringify(option)}.`);
  const [name, operand] = entry;
  if (name === "exists") {
    if (typeof operand !== "boolean") throw new InvalidPattern('"exists" takes true or false.');
    return (leaves) => leaves.length > 0 === operand;
  }
  const holds = compileLeaf(name, operand);
  return (leaves) => leaves.some(holds);
}

function compileLeaf(name: string, operand: unknown): (leaf: Leaf) => boolean {
  if (name === "numeric") return compileNumeric(operand);
  if (name === "anything-but") return compileAnythingBut(operand);
  const holds = compileText(name, operand);
  return (leaf) => typeof leaf === "string" && holds(leaf);
}

function compileText(name: string, operand: unknown): (text: string) => boolean {
  if ((name === "prefix" || name === "suffix") && isFields(operand)) {
    const insensitive = compileText(name, textOf(operand["equals-ignore-case"], name).toLowerCase());
    return (text) => insensitive(text.toLowerCase());
  }
  const wanted = textOf(operand, name);
  switch (name) {
    case "prefix":
      return (text) => text.startsWith(wanted);
    case "suffix":
      return (text) => text.endsWith(wanted);
    case "equals-ignore-case":
      return (text) => text.toLowerCase() === wanted.toLowerCase();
    case "wildcard": {
      const expression = new RegExp(`^${wanted.split("*").map(escapeRegExp).join(".*")}$`, "s");
      return (text) => expression.test(text);
    }
    default:
      throw new InvalidPattern(`"${name}" is not a matcher of event patterns.`);
  }
}

function compileAnythingBut(operand: unknown): (leaf: Leaf) => boolean {
  if (!isFields(operand)) {
    const refused = Array.isArray(operand) ? operand : [operand];
    return (leaf) => !refused.includes(leaf);
  }
  const refusals = Object.entries(operand).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).map((value) => compileText(name, value)),
  );
  return (leaf) => typeof leaf === "string" && !refusals.some((refuses) => refuses(leaf));
}

const COMPARISONS: Record<string, (value: number, bound: number) => boolean> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

function compileNumeric(operand: unknown): (leaf: Leaf) => boolean {
  if (!Array.isArray(operand) || ![2, 4].includes(operand.length))
    throw new InvalidPattern('"numeric" takes one or two comparisons.');
  const tests = [operand.slice(0, 2), operand.slice(2)].flatMap(([sign, bound]) => {
    if (sign === undefined) return [];
    const compare = COMPARISONS[String(sign)];
    if (!compare || typeof bound !== "number") throw new InvalidPattern(`"numeric" does not know ${sign} ${bound}.`);
    return [(value: number) => compare(value, bound)];
  });
  return (leaf) => typeof leaf === "number" && tests.every((test) => test(leaf));
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function textOf(operand: unknown, name: string): string {
  if (typeof operand === "string" && operand !== "") return operand;
  throw new InvalidPattern(`"${name}" takes text, not ${JSON.stringify(operand)}.`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
