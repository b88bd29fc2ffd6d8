import * as z from "zod";
import { toInstant } from "../../domain/kernel/calendar.ts";
import { exponentOf, parseMoney } from "../../domain/kernel/money.ts";
import { isKeepable } from "../../domain/kernel/own.ts";
import { Rejection } from "../../domain/kernel/rejection.ts";
import { type FactVersion, type Instant, isCurrency, type Money } from "../../events/values.ts";
import { payloadHash } from "../shell/derived-ids.ts";
import { Unusable, wrongFieldsOf } from "./adapter.ts";

/**
 * Forms of what vendors send. A part that an order can do without is read softly: anything of another form is as if it
 * were absent, so that a vendor's surprise never costs an order.
 */

/** An optional part. */
export const soft = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** A list without the entries of another form; anything but a list is an empty one. */
export const softList = <T extends z.ZodType>(item: T) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((all) =>
      all.flatMap((one): z.output<T>[] => {
        const read = item.safeParse(one);
        return read.success ? [read.data] : [];
      }),
    );

/** What a payload says at a dotted path. */
export const saidAt = (payload: unknown, path: string): unknown =>
  path.split(".").reduce((part, name) => {
    return typeof part === "object" && part !== null && Object.hasOwn(part, name) ? part[name as never] : undefined;
  }, payload);

/** How long an id of a vendor may be. */
const ID_MAX = 100;

/** An id that facts can be kept by, as it stands; numbers beyond 2^53 come as text already. */
export const Id = z
  .union([z.string(), z.int()])
  .transform((id) => String(id).trim())
  .pipe(z.string().min(1).max(ID_MAX).refine(isKeepable));

/** A text that says something. */
export const Words = z.string().trim().min(1);

/** An amount in major units, as its text. */
export const Decimal = z
  .union([z.string(), z.number()])
  .transform((amount) => String(amount).trim())
  .pipe(z.string().regex(/^[+-]?\d{1,15}(\.\d*)?$/));

/** A time with an offset, in our form. */
export const Time = z.string().transform((text, context): Instant => {
  const instant = toInstant(text);
  if (instant === undefined) context.addIssue({ code: "custom", message: "A time with an offset." });
  return instant ?? z.NEVER;
});

/** A currency that exists; some shops invent their own. */
export function currencyFrom(text: string): string {
  const code = text.trim().toUpperCase();
  if (!isCurrency(code)) throw new Unusable("currency_unknown", "The delivery names no known currency.");
  return code;
}

/** Reads a payload in its vendor's form; the wrong fields are named in the refusal, their values are not. */
export function readAs<T extends z.ZodType>(schema: T, payload: unknown): z.output<T> {
  const read = schema.safeParse(payload);
  if (read.success) return read.data;
  const wrong = wrongFieldsOf(read.error.issues);
  throw new Unusable(
    "wrong_shape",
    `The delivery is not of its vendor's form at ${wrong.join(", ")}.`,
    read.error,
    wrong,
  );
}

/** An exact amount; what the currency cannot hold exactly makes the delivery unusable. */
export function moneyFrom(decimal: string, currency: string): Money {
  try {
    return parseMoney(decimal, currency);
  } catch (error) {
    if (error instanceof Rejection) throw new Unusable(error.code, error.message, error);
    throw error;
  }
}

/** An amount that only describes, rounded half away from zero where a shop counts in finer parts than the currency. */
export function roundedMoney(decimal: string, currency: string): Money {
  const [whole = "0", fraction = ""] = decimal.split(".");
  const exponent = exponentOf(currency);
  const { amountMinor } = moneyFrom(`${whole}.${fraction.slice(0, exponent)}`, currency);
  const more = (fraction[exponent] ?? "0") >= "5" ? 1 : 0;
  return { amountMinor: amountMinor + (whole.startsWith("-") ? -more : more), currency };
}

/** The version of a fact: what was told later is newer; of one second, what is further along. */
export function versionOf(at: Instant, told: unknown, progress: readonly number[] = []): FactVersion {
  const along = progress.map((step) => String(Math.max(0, Math.min(step, 99))).padStart(2, "0")).join("");
  return { at, rank: 0, hash: `${along}${payloadHash(told)}` };
}
