import type { Delivery, SkipReason } from "../../events/message.ts";
import type { Instant, Locale, Purpose } from "../../events/values.ts";
import type { MessageFacts } from "./facts.ts";

/** A template in one language, as Liquid. Everything is escaped in HTML unless a template says `raw`. */
export interface LocalText {
  subject: string;
  /** The inside of the house page (see ../page.ts), with its `block` tags. */
  html: string;
  text: string;
  /** What the shared parts of a page say in this language. */
  words: Readonly<Record<string, string>>;
}

/** One kind of message in all its forms. */
export interface Template {
  name: string;
  /** What an ambiguous answer of the provider means: a receipt is rather sent twice, anything else rather never. */
  delivery: Delivery;
  /** Its forms with the purpose that each serves; `plain` always exists. */
  variants: Readonly<Record<string, Purpose>>;
  /** Why it makes no sense any more for what it is about. */
  outdated(facts: Pick<MessageFacts, "now" | "order">): SkipReason | undefined;
  /** Until when it makes sense, if nothing else changes. */
  deadline(facts: Pick<MessageFacts, "order">): Instant | undefined;
  locales: Readonly<Record<Locale, LocalText>>;
}

/** The form that a message has when nobody asks for another. */
export const PLAIN = "plain";
