import { type Customer, customer as customerDecider } from "../../domain/customer/customer.ts";
import { normalizeEmail } from "../../domain/customer/identity.ts";
import type { Profile } from "../../domain/customer/profile.ts";
import { plusMs } from "../../domain/kernel/calendar.ts";
import type { Channel } from "../../domain/message/channel.ts";
import { channelOf } from "../../domain/message/channels/index.ts";
import { type MessageFacts, orderFactsOf } from "../../domain/message/facts.ts";
import { fallbackOf } from "../../domain/message/fallback.ts";
import type { LetterSources, OrderForLetter } from "../../domain/message/letter.ts";
import { type KnownMessage, type MessageRequest, type Reshaping, reshaped } from "../../domain/message/message.ts";
import type { PlacedOrder } from "../../domain/order/facts.ts";
import { viewOf } from "../../domain/order/view.ts";
import type { Instant } from "../../events/values.ts";
import { port } from "../shell/port.ts";
import { type Fingerprints, fingerprints } from "../shell/secrets.ts";
import { table } from "./dynamo.ts";
import { list, stateKey } from "./keys.ts";
import type { Recipient } from "./message-record.ts";
import { type OrderContent, readContent } from "./order-content.ts";
import { placedItem } from "./order-reader.ts";
import { type Stores, stores } from "./stores.ts";
import { isSuppressed } from "./suppressions.ts";
import type { Table } from "./table.ts";

/** Everything about one message as it is now: for the gates, for the letter, and where it would go. */
export interface Gathered {
  facts: MessageFacts;
  sources: LetterSources;
  recipient: Recipient | undefined;
}

/** The same with the form that it goes in: another one where the one that was asked for could not go in time. */
export interface Look extends Gathered {
  request: MessageRequest;
  reshaping?: Reshaping;
}

/** Messages of one customer that a cap looks at, at most. */
const RECENT_MAX = 100;

interface Ports {
  table: Table;
  stores: Stores;
  fingerprints: Fingerprints;
  testAddresses: readonly string[];
  lostAt: Instant | undefined;
}

/** Reads what is to be known before a message goes, or to say why it did not. */
export class MessageFactsReader {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** Looks at the form that was asked for or, where that one would wait too long, at the one that goes instead. */
  async look(request: MessageRequest, requestedAt: Instant, now: Instant): Promise<Look> {
    const asked = await this.gather(request, requestedAt, now);
    const reshaping = fallbackOf(asked.facts);
    if (!reshaping) return { ...asked, request };
    const other = reshaped(request, reshaping);
    return { ...(await this.gather(other, requestedAt, now)), request: other, reshaping };
  }

  async gather(request: MessageRequest, requestedAt: Instant, now: Instant): Promise<Gathered> {
    const channel = channelOf(request.channel);
    const found = request.orderId === undefined ? undefined : await this.#order(request.orderId);
    const [card, store, recent] = await Promise.all([
      // The order may have moved to another card since the message was asked for.
      this.#ports.table.get(stateKey.customer(found?.order.customerId ?? request.customerId)),
      this.#ports.stores.get(request.storeId, Date.parse(now)),
      this.#recent(request, channel, now),
    ]);
    const profile = card?.card as Profile | undefined;
    const recipient = await this.#recipient(channel, found?.content, profile);
    return {
      recipient,
      facts: {
        now,
        message: { ...request, requestedAt },
        customer: (card?.state as Customer | undefined) ?? customerDecider.initial,
        address: recipient?.address,
        suppressed:
          recipient !== undefined && (await isSuppressed(this.#ports.table, recipient.addressKey, channel.name)),
        ...(request.orderId !== undefined && { order: found ? orderFactsOf(found.order) : "gone" }),
        testAddresses: this.#ports.testAddresses,
        recent,
        timeZone: store.settings.timeZone,
        ...(this.#ports.lostAt && { lostAt: this.#ports.lostAt }),
      },
      sources: { request, store: store.settings, profile, order: found && forLetter(found) },
    };
  }

  async #order(orderId: string): Promise<{ order: PlacedOrder; content: OrderContent } | undefined> {
    const [item, content] = await Promise.all([
      this.#ports.table.get(stateKey.order(orderId)),
      readContent(this.#ports.table, orderId),
    ]);
    const placed = placedItem(item);
    return placed && content && { order: placed.state, content };
  }

  async #recipient(
    { addressKind }: Channel,
    content: OrderContent | undefined,
    profile: Profile | undefined,
  ): Promise<Recipient | undefined> {
    const named = addressKind === "email" ? normalizeEmail(content?.customer?.email ?? "") : undefined;
    const address = named ?? profile?.[addressKind === "email" ? "emails" : "phones"].at(-1);
    if (address === undefined) return undefined;
    return { address, addressKey: await this.#ports.fingerprints.of({ kind: addressKind, value: address }) };
  }

  /** When messages of the same purpose went to the customer within the channel's cap; read where there is one. */
  async #recent(
    { customerId, purpose, messageId }: MessageRequest,
    channel: Channel,
    now: Instant,
  ): Promise<Instant[]> {
    const cap = channel.caps[purpose];
    if (!cap) return [];
    const from = plusMs(now, -cap.withinMs);
    const pk = list.messagesOfCustomer(customerId);
    const page = await this.#ports.table.query({ index: "gsi4", pk, from, newestFirst: true, limit: RECENT_MAX });
    const items = await this.#ports.table.getMany(page.items.map((item) => ({ pk: item.pk, sk: item.sk })));
    return items
      .map(({ state }) => state as KnownMessage)
      .filter(({ status, request }) => ["claimed", "sent", "unknown"].includes(status) && request.purpose === purpose)
      .filter(({ request }) => request.channel === channel.name && request.messageId !== messageId)
      .map(({ at }) => at)
      .sort();
  }
}

function forLetter({ order, content }: { order: PlacedOrder; content: OrderContent }): OrderForLetter {
  return { header: order.header, money: viewOf(order), content };
}

/** The addresses that messages about test orders may go to, from `MAIL_TEST_ADDRESSES`: none unless listed. */
const testAddressesOf = (text: string | undefined): string[] =>
  (text ?? "").split(",").flatMap((one) => normalizeEmail(one) ?? []);

export const messageFacts = port("messageFacts", (runtime) => {
  return new MessageFactsReader({
    table: runtime.get(table),
    stores: runtime.get(stores),
    fingerprints: runtime.get(fingerprints),
    testAddresses: testAddressesOf(runtime.env.MAIL_TEST_ADDRESSES),
    lostAt: runtime.env.LOST_AT,
  });
});
