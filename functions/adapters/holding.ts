import type * as z from "zod";
import { Unusable, wrongFieldsOf } from "./adapter.ts";

type Container = Record<PropertyKey, unknown> | unknown[];

/** Passes that are tried: cutting a part can leave another one that does not fit. */
const PASSES_MAX = 3;

/** The first characters of a text, never half of one. */
export const cut = (text: string, max: number): string => [...text].slice(0, max).join("");

/**
 * Makes a draft hold what its schema can hold: texts that are too long are cut, lists too, and what else does not fit
 * is left out; ids are never cut. So a platform's input meets the same limits as a request's, and a product name of a
 * thousand characters costs no order. Throws `Unusable` when a part that is needed does not fit.
 */
export function held<T extends z.ZodType>(schema: T, draft: Record<string, unknown>): z.output<T> {
  const holding = structuredClone(draft);
  for (let pass = 1; ; pass += 1) {
    const read = schema.safeParse(holding);
    if (read.success) return read.data;
    if (pass > PASSES_MAX) {
      const wrong = wrongFieldsOf(read.error.issues);
      throw new Unusable(
        "not_holdable",
        `What was delivered cannot be held at ${wrong.join(", ")}.`,
        read.error,
        wrong,
      );
    }
    // From the end, so that leaving out an entry of a list does not move those before it.
    for (const issue of read.error.issues.toReversed()) repair(holding, issue);
  }
}

function repair(root: Container, issue: z.core.$ZodIssue): void {
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
  const last = path.at(-1);
  const parent = path.slice(0, -1).reduce<unknown>((part, name) => (part as Container)?.[name as never], root);
  if (last === undefined || typeof parent !== "object" || parent === null) return;
  const place = parent as Container;
  const value = place[last as never] as unknown;
  if (issue.code === "too_big" && typeof value === "string" && !String(last).endsWith("Id")) {
    place[last as never] = cut(value, Number(issue.maximum)) as never;
  } else if (issue.code === "too_big" && Array.isArray(value)) {
    value.length = Number(issue.maximum);
  } else if (Array.isArray(place)) {
    place.splice(Number(last), 1);
  } else {
    delete place[last as never];
  }
}
