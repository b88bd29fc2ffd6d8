import { createHash } from "node:crypto";
import type { Instant } from "../../events/values.ts";
import type { Key } from "./table.ts";

/**
 * Every key of the table with the question it answers. An access pattern that is not a line here is not served.
 * No key holds personal data: people are found by the HMAC of their normalized e-mail or phone.
 */

const STATE = "state";
/** Partitions that a list of all orders, customers or waits is spread over, so that none grows hot. */
export const SHARDS = 2;

/** A stable shard of an id. */
export const shardOf = (id: string, shards: number = SHARDS): number =>
  createHash("sha256").update(id).digest().readUInt32BE(0) % shards;

/** "What is the state of X?": one item for each aggregate. */
export const stateKey = {
  store: (id: string): Key => ({ pk: `store#${id}`, sk: STATE }),
  key: (id: string): Key => ({ pk: `key#${id}`, sk: STATE }),
  hook: (id: string): Key => ({ pk: `hook#${id}`, sk: STATE }),
  order: (id: string): Key => ({ pk: `order#${id}`, sk: STATE }),
  customer: (id: string): Key => ({ pk: `customer#${id}`, sk: STATE }),
  payment: (id: string): Key => ({ pk: `payment#${id}`, sk: STATE }),
  mismatch: (id: string): Key => ({ pk: `mismatch#${id}`, sk: STATE }),
  message: (id: string): Key => ({ pk: `message#${id}`, sk: STATE }),
  enrollment: (id: string): Key => ({ pk: `enrollment#${id}`, sk: STATE }),
  quarantine: (id: string): Key => ({ pk: `quarantine#${id}`, sk: STATE }),
};

export const EVENT_PREFIX = "event#";
/** "What happened to X, in what order?": the events of one transaction under its first aggregate, by its version. */
export const eventKey = (pk: string, version: number): Key => ({
  pk,
  sk: `${EVENT_PREFIX}${String(version).padStart(6, "0")}`,
});

/** "What was bought and where does it go?": lines in chunks of 50; the first also holds contact, address and note. */
export const contentKey = (orderId: string, chunk: number): Key => ({
  pk: `order#${orderId}`,
  sk: `content#${String(chunk).padStart(3, "0")}`,
});
export const CONTENT_PREFIX = "content#";

/** "What did the manager note at this move?": free text, kept out of events. */
export const noteKey = (orderId: string, eventId: string): Key => ({ pk: `order#${orderId}`, sk: `note#${eventId}` });
export const NOTE_PREFIX = "note#";

/** "Who has this e-mail, phone or platform id?": by HMAC. */
export const identityKey = (hmac: string): Key => ({ pk: `identity#${hmac}`, sk: "owner" });

/** "Must this address not be messaged?": by HMAC of the address. */
export const suppressionKey = (hmac: string, channel: string): Key => ({ pk: `suppression#${hmac}`, sk: channel });

/** "What did this quarantined delivery say, byte for byte?": sealed. */
export const rawKey = (quarantineId: string): Key => ({ pk: `quarantine#${quarantineId}`, sk: "raw" });

/** "When must somebody look at X again?", beside an aggregate whose own place in the index answers something else. */
export const dueKey = (pk: string): Key => ({ pk, sk: "due" });

/** "Which payments wait for an order of this name?", and "which order is said to be paid by this transaction?" */
export const referenceKey = (storeId: string, reference: string, paymentId: string): Key => ({
  pk: `reference#${storeId}#${reference}`,
  sk: paymentId,
});

/** "Was this request answered already?" */
export const markKey = (scope: string, key: string): Key => ({
  pk: `mark#${scope}#${createHash("sha256").update(key).digest("hex")}`,
  sk: "mark",
});

/** "How much of its share has this caller taken, and in which window?": functions that only read may write it. */
export const limitKey = (kind: string, callerId: string): Key => ({ pk: `limit#${kind}#${callerId}`, sk: "share" });

/** "What is the sum of a family in a scope on a day?": a scope is a store's id or `merchant`. */
export const metricKey = (family: string, scope: string, day: string, shard: number): Key => ({
  pk: `metric#${family}#${scope}`,
  sk: `${day}#${shard}`,
});

/** "What has this source contributed so far?" */
export const ledgerKey = (source: string, part: string): Key => ({ pk: `ledger#${source}`, sk: part });

/** Lists, each a partition of an index; the sort key is a time and an id. */
export const list = {
  /** gsi1, newest first: "What happened around this customer?" */
  timeline: (customerId: string) => `timeline#${customerId}`,
  /** gsi2: "Which orders has this store?" All stores' lists merged: "Which orders are there?" */
  ordersOfStore: (storeId: string, shard: number) => `orders#${storeId}#${shard}`,
  /** gsi4, on the content: "Which order has this number?" */
  orderNumber: (storeId: string, number: string) => `number#${storeId}#${number}`,
  /** gsi3: "Which customers are there?" */
  customers: (shard: number) => `customers#${shard}`,
  /** gsi3: "Which stores are there?" */
  stores: "stores",
  /** gsi2: "Which hooks has this store?" */
  hooksOfStore: (storeId: string) => `hooks#${storeId}`,
  /** gsi3: "Which hooks are there?" */
  hooks: "hooks",
  /** gsi2: "Which messages went out about this order?" */
  messagesOfOrder: (orderId: string) => `messages#${orderId}`,
  /** gsi3: "Which messages did this journey send?" */
  messagesOfJourney: (journeyId: string) => `messages#${journeyId}`,
  /** gsi4: "Which messages did this customer get?" */
  messagesOfCustomer: (customerId: string) => `messages#${customerId}`,
  /** gsi2: "Which mismatches has this store?" */
  mismatchesOfStore: (storeId: string) => `mismatches#${storeId}`,
  /** gsi3: "Which mismatches are there?" */
  mismatches: "mismatches",
  /** gsi3: "Which deliveries could not be understood?", without those that a person has dealt with. */
  quarantine: "quarantine",
  /** gsi3: "Which of them were dismissed?" */
  dismissed: "dismissed",
  /** gsi4, by time: "What is due?" A schedule is a cache of it. */
  due: (shard: number) => `due#${shard}`,
};

/** So much of an id (50 bits of it) tells things of one millisecond apart; the whole id is the item's own key. */
const TIE_LENGTH = 10;

/** The sort key of a list: a time, then the end of the id that breaks ties. */
export const byTime = (at: Instant, id: string): string => `${at}#${id.slice(-TIE_LENGTH)}`;
