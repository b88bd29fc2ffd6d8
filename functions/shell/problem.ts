import type * as z from "zod";
import { Rejection } from "../../domain/kernel/rejection.ts";

/** One wrong field. */
export interface FieldError {
  /** RFC 6901; query and path parameters start with `/query` or `/path`. */
  pointer: string;
  code: string;
  message: string;
}

/** An answer that is not what was asked for, as RFC 9457 has it. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: FieldError[];
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: { errors?: FieldError[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }
}

const TITLES: Record<number, string> = {
  400: "Bad request",
  401: "Not authenticated",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  412: "Precondition failed",
  413: "Too large",
  415: "Unsupported media type",
  422: "Not processable",
  429: "Too many requests",
  500: "Internal error",
};

/** Characters of a pointer at most: a key of a million letters is not sent back. */
const POINTER_MAX = 300;

const escapePointer = (part: PropertyKey) => String(part).replaceAll("~", "~0").replaceAll("/", "~1");
const pointerOf = (path: readonly PropertyKey[]) => path.map((part) => `/${escapePointer(part)}`).join("");
const shortened = (pointer: string) =>
  pointer.length > POINTER_MAX ? `${pointer.slice(0, POINTER_MAX).toWellFormed()}...` : pointer;

/** True for a field that is not there; zod tells the input only where it was asked to (`reportInput`). */
const isAbsent = (issue: z.core.$ZodIssue): boolean =>
  (issue.code === "invalid_type" || issue.code === "invalid_value") && "input" in issue && issue.input === undefined;

/** Every number of ours is whole; the JSON reader keeps what is not as its text, so that no digit is lost. */
const isNoNumber = (issue: z.core.$ZodIssue): boolean =>
  issue.code === "invalid_type" && ["number", "int"].includes(issue.expected);

/**
 * Every wrong field of a zod error, once each: an unknown one is named itself, not its parent, and an absent one as
 * required.
 */
export function fieldErrors(issues: readonly z.core.$ZodIssue[], prefix = ""): FieldError[] {
  const errors = issues.flatMap((issue): FieldError[] => {
    const at = shortened(prefix + pointerOf(issue.path));
    if (isAbsent(issue)) return [{ pointer: at, code: "required", message: "This field is required." }];
    if (isNoNumber(issue)) return [{ pointer: at, code: issue.code, message: "This must be a whole number." }];
    const message = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    if (issue.code !== "unrecognized_keys") return [{ pointer: at, code: issue.code, message }];
    return issue.keys.map((key) => ({
      pointer: shortened(`${at}/${escapePointer(key)}`),
      code: "unknown_field",
      message: "There is no such field.",
    }));
  });
  const first = new Map(errors.toReversed().map((error) => [error.pointer, error]));
  return errors.filter((error) => first.get(error.pointer) === error);
}

/**
 * What every form of a choice misses: a choice that cannot be made, because the field that makes it is absent or
 * unknown, says no more than that by itself.
 */
export function missedByAll(schema: z.ZodType, value: unknown, issues: readonly z.core.$ZodIssue[]): FieldError[] {
  const { discriminator, options = [] } = schema.def as { discriminator?: string; options?: readonly z.ZodType[] };
  const isUndecided = issues.some(({ code, path }) => code === "invalid_union" && path[0] === discriminator);
  if (discriminator === undefined || !isUndecided) return [];
  const [first = [], ...others] = options.map((form) =>
    fieldErrors(form.safeParse(value, { reportInput: true }).error?.issues ?? []).filter(
      ({ code, pointer }) => code === "required" && pointer !== pointerOf([discriminator]),
    ),
  );
  return first.filter(({ pointer }) => others.every((missed) => missed.some((one) => one.pointer === pointer)));
}

/** The problem of an error that a handler threw; `undefined` for a fault, which is answered without detail. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!(error instanceof Rejection)) return undefined;
  const facts = { cause: error };
  if (error.code.endsWith("_not_found")) return new Problem(404, error.code, error.message, facts);
  return new Problem(error.code === "stale_version" ? 412 : 409, error.code, error.message, facts);
}

/** Wrong fields named at most: a Lambda's answer has 6 MB, and nobody reads more. */
export const ERRORS_SHOWN_MAX = 1_000;

/** The answer's body. */
export function problemBody(problem: Problem, requestId: string): Record<string, unknown> {
  const { status, code, message, errors } = problem;
  const facts = problem.cause instanceof Rejection ? problem.cause.facts : {};
  return {
    type: `https://kolo.dev/problems/${code}`,
    title: TITLES[status] ?? "Error",
    status,
    detail: message,
    code,
    ...(errors.length > 0 && { errors: errors.slice(0, ERRORS_SHOWN_MAX) }),
    ...(Object.keys(facts).length > 0 && { facts }),
    requestId,
  };
}
