import type * as z from "zod";
import type { ContactInput } from "../../domain/order/snapshot.ts";
import type { HookSettings } from "../../events/hook.ts";
import { WRONG_FIELDS_MAX, WrongField } from "../../events/quarantine.ts";
import type { Instant } from "../../events/values.ts";
import type { IncomingOrder } from "../table/orders.ts";
import type { IncomingPayment } from "../table/payments.ts";

/** What came to a hook, before anything of it is believed. */
export interface HookRequest {
  /** By lower-case name; of a header that came twice the gateway makes one text with a comma. */
  headers: Readonly<Record<string, string | undefined>>;
  /** The body as it was on the wire: signatures are made of it, not of what it means. */
  raw: Buffer;
}

/** `ping`: the provider asks whether somebody is there, says nothing else and signs nothing. */
export type Verdict = "authentic" | "forged" | "ping";

/** What a delivery's headers say of it; they are not signed. */
export interface Subject {
  /** Such as `orders/create`. */
  topic?: string;
  /** The host of the shop. */
  source?: string;
}

/** What a translation may know besides the payload. */
export interface Circumstances {
  topic: string | undefined;
  settings: HookSettings;
  /** The store's country and currency, for national phone numbers and amounts without a currency. */
  store: { country: string; currency: string };
  /** The shell's time, for what the payload gives no time to. */
  now: Instant;
}

/** An order, with every name and transaction by which a payment may find it. */
export interface OrderSaid {
  kind: "order";
  order: IncomingOrder;
  names: readonly string[];
  transactions: readonly string[];
  test: boolean;
}

/** Why a payment may be another store's; `names` are its own at its provider: no order is named so. */
export interface Doubt {
  reason: "other_store" | "store_not_named";
  names: readonly string[];
}

/** What a delivery says, in our words. */
export type Report =
  | OrderSaid
  /** In doubt, it is the store's all the same where the store knows it already, or said that an order is paid by it. */
  | { kind: "payment"; payment: IncomingPayment; doubt?: Doubt }
  | { kind: "customer"; contact: ContactInput; toldAt: Instant }
  /** A request under a privacy law: a person has to look at it. */
  | { kind: "privacy" }
  /** Nothing that is kept, and why. */
  | { kind: "nothing"; reason: string };

/** A vendor that delivers to hooks. */
export interface HookAdapter {
  /** True when its word about money is evidence: claims of the store's platform then wait for it. */
  payments: boolean;
  /** The settings that mean something to it. */
  settings: z.ZodType<HookSettings>;
  /** False when the vendor never delivers again what we could not take. */
  retries: boolean;
  /** Judges a request by the vendor's own rule, over raw bytes; any of the secrets may have signed it. */
  verify(request: HookRequest, secrets: readonly string[], now: Instant): Verdict;
  /** What the headers say. */
  subjectOf(request: HookRequest): Subject;
  /** Where a body names its topic and the thing that it is about, if that is not its `id` (dotted paths). */
  named?: { topic: string; subject: string };
  /** Pure. Throws `Unusable` for a payload that cannot mean what it should. */
  translate(payload: unknown, circumstances: Circumstances): Report;
}

/** An authentic delivery that cannot be used as it is; `code` is permanent. */
export class Unusable extends Error {
  readonly code: string;
  /** Where it is wrong, if that is known. */
  readonly fields: string[];

  constructor(code: string, sentence: string, cause?: unknown, fields: string[] = []) {
    super(sentence, { cause });
    this.name = "Unusable";
    this.code = code;
    this.fields = fields;
  }

  /** What is kept of it: no word of what was delivered. */
  get refusal(): { reason: string; fields?: string[] } {
    return { reason: this.code, ...(this.fields.length > 0 && { fields: this.fields }) };
  }
}

/** Where the wrong fields stand; a field below a name that people chose is told of by nothing. */
export function wrongFieldsOf(issues: readonly z.core.$ZodIssue[]): string[] {
  const all = new Set(issues.map(({ path }) => `/${path.join("/")}`));
  return [...all].filter((field) => WrongField.safeParse(field).success).slice(0, WRONG_FIELDS_MAX);
}
