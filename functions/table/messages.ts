import {
  dueAtOf,
  type KnownMessage,
  type MessageCommand,
  type MessageRequest,
  type Receipt,
} from "../../domain/message/message.ts";
import { PLAIN } from "../../domain/message/template.ts";
import { purposeOf, templateOf } from "../../domain/message/templates/index.ts";
import type { MessageEvent } from "../../events/message.ts";
import type { Instant } from "../../events/values.ts";
import { port } from "../shell/port.ts";
import { type Held, heldAfter, heldIn, type Origin, saving, setCard, type Unit } from "./aggregates.ts";
import { table } from "./dynamo.ts";
import { byTime, dueKey, list, shardOf, stateKey } from "./keys.ts";
import { type LoadedMessage, messageRecord, type Recipient } from "./message-record.ts";
import { suppressionWrite } from "./suppressions.ts";
import type { Table } from "./table.ts";

/** A message as somebody asks for it; its purpose and class follow from the template's form. */
export type Wanted = Omit<MessageRequest, "purpose" | "delivery">;

/** A message as it was last read or saved: who changes it next reads it again only when somebody was faster. */
export type HeldMessage = Held<KnownMessage, Recipient>;

/** What a person sees on the timeline; a request alone is not yet news. */
const TOLD: ReadonlySet<MessageEvent["type"]> = new Set([
  "message.sent",
  "message.skipped",
  "message.failed",
  "message.bounced",
]);

/** Fills in what the template says. */
export function requestOf({ variant = PLAIN, ...wanted }: Wanted): MessageRequest {
  const template = templateOf(wanted.template);
  return { ...wanted, variant, purpose: purposeOf(template, variant), delivery: template.delivery };
}

/** Messages with what must be true together with them: when they are due again, and whom not to message any more. */
export class Messages {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** The message, if it was ever asked for. */
  async find(messageId: string): Promise<HeldMessage | undefined> {
    const item = await this.#table.get(stateKey.message(messageId));
    return item && (heldIn(messageRecord, messageId, item) as HeldMessage);
  }

  /** Asks for a message; the same one once. */
  request(wanted: Wanted, origin: Origin, at: Instant): Promise<void> {
    const { storeId, test } = wanted;
    return saving(this.#table, { ...origin, storeId, test }, (unit) => this.requestWithin(unit, wanted, at));
  }

  /** Asks for a message inside a transaction of another aggregate. */
  async requestWithin(unit: Unit, wanted: Wanted, at: Instant): Promise<void> {
    const loaded: LoadedMessage = await unit.load(messageRecord, wanted.messageId);
    unit.decide(loaded, { type: "message.request", at, data: requestOf(wanted) });
  }

  /** A sender takes the message or settles it by its verdict; the answer says who has it now. */
  claim(
    held: HeldMessage,
    claim: Extract<MessageCommand, { type: "message.claim" }>,
    recipient: Recipient | undefined,
    origin: Origin,
  ): Promise<HeldMessage> {
    return this.#change(held, origin, (unit, loaded) => {
      const events = unit.decide(loaded, claim);
      if (recipient && events.some(({ type }) => type === "message.claimed")) setCard(loaded, recipient);
    });
  }

  /** Tells what came of the call to the provider. */
  record(
    held: HeldMessage,
    command: Extract<MessageCommand, { type: "message.record" }>,
    origin: Origin,
  ): Promise<HeldMessage> {
    return this.#change(held, origin, (unit, loaded) => void unit.decide(loaded, command));
  }

  /** Tells what the provider reports; an address that bounced for good, or whose owner complained, is suppressed. */
  receive(held: HeldMessage, receipt: Receipt, origin: Origin, at: Instant): Promise<HeldMessage> {
    return this.#change(held, origin, (unit, loaded) => {
      const events = unit.decide(loaded, { type: "message.receive", at, data: receipt });
      const { state, card } = loaded;
      if (events.length === 0 || state.status !== "bounced" || !state.permanent || !card) return;
      const { channel } = state.request;
      unit.also(
        suppressionWrite({ addressKey: card.addressKey, channel }, { kind: state.kind, at, messageId: held.id }),
      );
    });
  }

  /** Ends the wait of a message that is due. */
  async resume(messageId: string, origin: Origin, at: Instant): Promise<void> {
    const held = await this.find(messageId);
    if (!held) return;
    await this.#change(held, origin, (unit, loaded) => {
      unit.decide(loaded, { type: "message.resume", at, data: {} });
    });
  }

  async #change(
    held: HeldMessage,
    origin: Origin,
    apply: (unit: Unit, loaded: LoadedMessage) => void,
  ): Promise<HeldMessage> {
    const { id } = held;
    return await saving(this.#table, origin, async (unit) => {
      const loaded: LoadedMessage = await unit.resume(messageRecord, held);
      const wasDueAt = dueAtOf(loaded.state);
      apply(unit, loaded);
      const state = loaded.state as KnownMessage;
      const { storeId, customerId, test } = state.request;
      unit.stamp({ storeId, test });
      if (loaded.events.some(({ type }) => TOLD.has(type))) unit.about(customerId);
      keepDue(unit, id, wasDueAt, dueAtOf(state));
      return heldAfter(loaded) as HeldMessage;
    });
  }
}

/** Most messages never wait: those that do have an item of their own in the list of what is due. */
function keepDue(unit: Unit, messageId: string, was: Instant | undefined, is: Instant | undefined): void {
  if (was === is) return;
  const key = dueKey(stateKey.message(messageId).pk);
  if (is === undefined) unit.also({ remove: key });
  else unit.also({ put: { ...key, gsi4pk: list.due(shardOf(messageId)), gsi4sk: byTime(is, messageId) } });
}

export const messages = port("messages", (runtime) => new Messages(runtime.get(table)));
