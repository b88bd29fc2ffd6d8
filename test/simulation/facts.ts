/**
 * What the outside world said to Kolo, and what it may expect to find there: the words that the simulated world and its
 * oracle share. No type of the product is in here, so that the two cannot be wrong together.
 *
 * The world keeps to some rules, so that an oracle can be short:
 * - Every instant that a fact carries is in whole seconds and never after the fact was first said; two different facts
 *   about one order never carry the same instant. (Our own times, `saidAt` and `acknowledgedAt`, have milliseconds.)
 * - All snapshots of one order agree on `placedAt`, `timing`, `automations` and `by`, and name one person or nobody.
 * - A person is known by one e-mail address, with or without one phone number, or by one phone number alone; nobody
 *   shares either, and a person with an address never gives the number alone. But an order may name somebody's address
 *   and somebody else's number, when both have long been known.
 * - A platform tells at most one refund of an order. What a key for testing tells of is told by it alone.
 * - A retry says the same fact: an id of a payment or refund never comes with another amount or time, and a version of
 *   a parcel is the same wherever it is told.
 * - A provider's payment that a store vouches for by its id names its order. Once a platform names a transaction, all
 *   later snapshots of the order do.
 * - The parcels that were not called back never hold more than was ordered. What came back had arrived before,
 *   or nobody had taken it; it is not sent again.
 * - The oracle is shown acknowledged facts only. What was not acknowledged is said again until it is.
 */

/** RFC 3339 in UTC with milliseconds; compares as text. */
export type Instant = string;

/** The envelope of every fact. */
export interface Said {
  /** Where it was said. */
  store: string;
  /** When it was first sent, by Kolo's clock. A crash may have saved it then, without an answer. */
  saidAt: Instant;
  /** When the edge answered 2xx. It was saved at some time between the two. */
  acknowledgedAt: Instant;
}

/** A shop that was opened before anything else. Orders are in its currency. */
export interface StoreOpened {
  kind: "store";
  store: string;
  currency: string;
  timeZone: string;
  /** True when a payment provider's hook was connected from the start: a platform's "paid" then waits for evidence. */
  paymentHook: boolean;
  /**
   * One was connected later, when all was quiet: it is expected to know of the money of orders that are told of since,
   * but for those that the platform had taken for paid before.
   */
  hookedAt?: Instant;
}

/** An amount in minor units. */
export interface Amount {
  amountMinor: number;
  currency: string;
}

/** One parcel as of an instant: an older version of it never overwrites a newer one. */
export interface Parcel {
  id: string;
  status: "shipped" | "delivered" | "returned" | "cancelled";
  /** How many pieces of the order are in it; all of them, when nobody says. */
  units?: number;
  shippedAt: Instant;
  /** Told from then on, or no more when it came back. */
  deliveredAt?: Instant;
  /** The version. */
  at: Instant;
}

/** A snapshot of one order, pushed by the API or delivered by a platform. */
export interface OrderSaid extends Said {
  kind: "order";
  by: "api" | "shopify" | "woocommerce";
  /** The store's own id of the order. */
  order: string;
  placedAt: Instant;
  /** The version of this snapshot: an older one never overwrites a newer one. */
  updatedAt: Instant;
  totalMinor: number;
  /** How many pieces were ordered: one, when nobody says. */
  units?: number;
  timing: "prepaid" | "on_delivery";
  automations: "all" | "none";
  /** In normal form: lower case. The world may have written it otherwise. */
  email?: string;
  /** In normal form: E.164. */
  phone?: string;
  /** Marketing by e-mail, as the buyer decided at that time. */
  consent?: { granted: boolean; at: Instant };
  /** What this snapshot says of the stage as of `updatedAt`; a platform repeats it, and only a change is a move. */
  status?: "new" | "approval" | "processing" | "shipped" | "completed" | "cancelled";
  /** The platform takes so much for paid: a claim, no evidence. The earliest `at` of an amount is the time of it. */
  claim?: { amountMinor: number; at: Instant };
  /** What the platform says went back: a claim too. The earliest `at` is the time of it. */
  refund?: { id: string; amountMinor: number; at: Instant };
  /** Told by a key for testing. */
  test?: true;
  /** The provider's payment that the platform says it is paid by. The world may have named its charge instead. */
  transaction?: string;
  /** The parcels of which this snapshot tells. */
  parcels?: readonly Parcel[];
  /** Payments that the store vouches for by an id: evidence. Each counts once, in whichever snapshots it comes. */
  payments: readonly ({ id: string; at: Instant } & Amount)[];
}

/** Money that came in, by evidence: a provider's capture, or one that a person recorded on the order. */
export interface CaptureSaid extends Said, Amount {
  kind: "capture";
  by: "stripe" | "person";
  id: string;
  /** The order that it names; a provider may name one that Kolo does not know, for a while or for good. */
  order: string;
  /** It names none: only a platform's word of its transaction tells of which order it is. */
  isNameless?: true;
  at: Instant;
}

/**
 * Money that went back: a provider's refund, one that a person recorded and Kolo accepted, or what a platform says went
 * back, which is a claim.
 */
export interface RefundSaid extends Said, Amount {
  kind: "refund";
  by: "stripe" | "person" | "shopify";
  id: string;
  order: string;
  /** The payment that a provider's refund belongs to. */
  payment?: string;
  /** The amount is what went back of the payment so far, at that time. */
  isSum?: true;
  at: Instant;
}

/** A platform tells of one parcel alone, if need be before its order. */
export interface ParcelSaid extends Said, Parcel {
  kind: "parcel";
  by: "shopify";
  order: string;
}

/** A manager gave an order a stage that nobody else gives it, once. */
export interface StageMoved extends Said {
  kind: "move";
  order: string;
  stage: "completed" | "approval";
  /** Kolo's clock when it was saved: the time of this stage. */
  at: Instant;
}

/** An address bounced for good, and SES said so: from `acknowledgedAt` on it is left alone. */
export interface Bounced extends Omit<Said, "store"> {
  kind: "bounce";
  email: string;
}

/** Messages about test orders go to this address alone. */
export const TEST_ADDRESS = "buyer1@example.com";

export type Fact = StoreOpened | OrderSaid | CaptureSaid | RefundSaid | ParcelSaid | StageMoved | Bounced;

/** Whatever is said of one order. */
export type OrderFact = Exclude<Fact, { kind: "store" | "bounce" }>;

/** All that was said of one order, `<store>/<order>`, whether or not anybody knows of it. */
export interface Dossier {
  key: string;
  store: StoreOpened;
  facts: readonly OrderFact[];
}

/** `<store>/<order>`. */
export type OrderKey = string;

/** What is known of one order. */
export interface OrderTruth {
  stage: string;
  paymentStatus: string;
  fulfillmentStatus: string;
  paidMinor: number;
  refundedMinor: number;
  dueMinor: number;
}

/** One number of a metric, unrounded: minor units or counts over what they are divided by (1 for plain sums). */
export interface MetricTruth {
  metric:
    | "orders"
    | "revenue"
    | "paid_revenue"
    | "refunds"
    | "average_order_value"
    | "customers_new"
    | "repeat_purchase_rate"
    | "lifetime_value"
    | "days_between_orders";
  /** The metric of this store, or of the merchant. */
  store: string | "merchant";
  /** A day in the zone of the order's store, or the sum of all days. */
  day: string | "total";
  /** Named where the metric is money. */
  currency?: string;
  /** Zero may be left out. */
  numerator: number;
  denominator: number;
}

/** What must have become of a message. */
export interface MessageTruth {
  template: "order-confirmation" | "unpaid-reminder";
  order: OrderKey;
  /**
   * `must`: it reached the provider; `must_not`: it never did; `may`: what was said does not decide it, such as an
   * order that was acknowledged close to its 48th hour. Answered for a time at which every wait is over.
   */
  sent: "must" | "must_not" | "may";
  /** The same when its provider would not take it at once: what was said while it waited counts too. */
  heldUp: "must" | "must_not" | "may";
  /** Whether a lost answer may be followed by a second call. */
  delivery: "at_most_once" | "at_least_once";
}

/** What finance must have been told of one kind of mismatch of one order, or of one payment without an order. */
export interface MismatchTruth {
  kind: string;
  /** `<store>/<order>`, or `<store>/<payment>` for `unknown_order`. */
  subject: string;
  /** Whether it is open when all graces are over. Only subjects that are or may have been opened need be told. */
  open: boolean;
  /** `may`: it came right again, and whether its grace ran out before is a matter of delays. */
  opened: "must" | "may";
}

/** The truth about everything that was said, asked for when all of it was acknowledged and all waits are over. */
export interface Truth {
  orders: Record<OrderKey, OrderTruth>;
  /** Orders by person, keys and groups in alphabetical order. An order of nobody is a group of its own. */
  customers: OrderKey[][];
  /** Pairs of people who may be one, each known by the first of their orders: `<order> <order>`. */
  merges: string[];
  metrics: MetricTruth[];
  /** One for each template and order. */
  messages: MessageTruth[];
  mismatches: MismatchTruth[];
}

/** Recomputes the truth from the set of facts alone; their order says nothing. */
export type Oracle = (facts: readonly Fact[]) => Truth;
