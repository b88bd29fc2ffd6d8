import { CannotStart } from "./errors.ts";

/** Condition keys of a request in lower case. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** Whether a condition block of a statement holds for a request. */
export type Condition = (context: Context) => boolean;

/** Compares one value of the request with one value of the policy. */
type Comparison = (actual: string, wanted: string) => boolean;

const number =
  (holds: (actual: number, wanted: number) => boolean): Comparison =>
  (actual, wanted) =>
    holds(Number(actual), Number(wanted));

const COMPARISONS: Record<string, Comparison> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => wildcard(wanted).test(actual),
  ArnEquals: (actual, wanted) => wildcard(wanted).test(actual),
  ArnLike: (actual, wanted) => wildcard(wanted).test(actual),
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: number((actual, wanted) => actual === wanted),
  NumericLessThan: number((actual, wanted) => actual < wanted),
  NumericLessThanEquals: number((actual, wanted) => actual <= wanted),
  NumericGreaterThan: number((actual, wanted) => actual > wanted),
  NumericGreaterThanEquals: number((actual, wanted) => actual >= wanted),
};

const NEGATIONS: Record<string, string> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
  NumericNotEquals: "NumericEquals",
};

/** Compiles the condition block of a statement; an operator that is not known here stops the start. */
export function compileCondition(block: unknown, policy: string): Condition {
  const tests = Object.entries((block ?? {}) as Record<string, Record<string, unknown>>).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => compileTest(operator, key.toLowerCase(), textsOf(values), policy)),
  );
  return (context) => tests.every((test) => test(context));
}

function compileTest(operator: string, key: string, wanted: string[], policy: string): Condition {
  const variable = wanted.find((value) => /\$\{[^*?$]/.test(value));
  if (variable) throw unsupported(policy, `the policy variable in "${variable}"`);
  const [, set, base = "", ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(operator) ?? [];
  if (base === "Null") return (context) => wanted.includes(String(!context.has(key)));
  const negated = NEGATIONS[base];
  const compare = COMPARISONS[negated ?? base];
  if (!compare) throw unsupported(policy, `the condition operator ${operator}`);
  const matches = (actual: string) => wanted.some((value) => compare(actual, value)) !== Boolean(negated);
  return (context) => {
    const actual = context.get(key) ?? [];
    if (set === "ForAllValues") return actual.every(matches);
    if (actual.length === 0) return Boolean(ifExists) || (Boolean(negated) && set === undefined);
    return negated && set === undefined ? actual.every(matches) : actual.some(matches);
  };
}

const wildcards = new Map<string, RegExp>();

/** `*` is any text and `?` any character, as in policies. */
export function wildcard(pattern: string, flags = ""): RegExp {
  const known = wildcards.get(flags + pattern);
  if (known) return known;
  const source = pattern
    .replace(/\$\{([*?$])\}/g, (_match, plain: string) => `\\${plain}`)
    .replace(/\\.|[\\^$.*+?()[\]{}|]/g, (special) =>
      special === "*" ? ".*" : special === "?" ? "." : quoted(special),
    );
  const expression = new RegExp(`^${source}$`, `s${flags}`);
  wildcards.set(flags + pattern, expression);
  return expression;
}

function quoted(special: string): string {
  return special.length > 1 ? special : `\\${special}`;
}

/** A policy's value or list of values as text. */
export function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** Something in a policy that would silently mean the wrong thing if it were skipped. */
export function unsupported(policy: string, what: string): CannotStart {
  return new CannotStart(`The policy ${policy} uses ${what}, which the local cloud does not know and will not guess.`);
}
