import type {
  Amount,
  Bounced,
  CaptureSaid,
  OrderSaid,
  Parcel,
  ParcelSaid,
  RefundSaid,
  StageMoved,
  StoreOpened,
} from "./facts.ts";

/** `20T10:15` is a minute of November 2026, in UTC. */
export const at = (minute: string) => `2026-11-${minute}:00.000Z`;
/** Heard at a minute, and answered a second later. */
export const heard = (minute: string) => ({
  saidAt: at(minute),
  acknowledgedAt: at(minute).replace("00.000Z", "01.000Z"),
});
/** Hryvnias in kopiykas. */
export const uah = (amountMinor: number): Amount => ({ amountMinor, currency: "UAH" });
/** Euros in cents. */
export const eur = (amountMinor: number): Amount => ({ amountMinor, currency: "EUR" });

/** The store of most orders. */
export const shop = (rest: Partial<StoreOpened> = {}): StoreOpened => {
  return { kind: "store", store: "kyiv", currency: "UAH", timeZone: "Europe/Kyiv", paymentHook: false, ...rest };
};

/** A snapshot of order 1 of 498.00, prepaid, of Olena, as of a minute and heard then. */
export function order(minute: string, rest: Partial<OrderSaid> = {}): OrderSaid {
  const placed = { store: "kyiv", by: "api", order: "1", placedAt: at("20T10:00"), totalMinor: 498_00 } as const;
  const terms = { timing: "prepaid", automations: "all", email: "olena@example.com", payments: [] } as const;
  return { kind: "order", ...placed, ...terms, updatedAt: at(minute), ...heard(minute), ...rest };
}
/** An order that is told once, when it is placed. */
export const another = (name: string, minute: string, rest: Partial<OrderSaid> = {}) =>
  order(minute, { order: name, placedAt: at(minute), ...rest });

/** A capture of order 1 by its provider. */
export function capture(minute: string, amount: Amount, rest: Partial<CaptureSaid> = {}): CaptureSaid {
  const money = { store: "kyiv", by: "stripe", id: "pi_1", order: "1", at: at(minute) } as const;
  return { kind: "capture", ...money, ...amount, ...heard(minute), ...rest };
}

/** A refund of that capture. */
export function refund(minute: string, amount: Amount, rest: Partial<RefundSaid> = {}): RefundSaid {
  const money = { store: "kyiv", by: "stripe", id: "re_1", order: "1", payment: "pi_1", at: at(minute) } as const;
  return { kind: "refund", ...money, ...amount, ...heard(minute), ...rest };
}

/** A parcel as of a minute, with everything in it; sent then, and delivered then if it is said to have arrived. */
export function parcel(minute: string, status: Parcel["status"] = "shipped", rest: Partial<Parcel> = {}): Parcel {
  const arrived = status === "delivered" || status === "returned" ? { deliveredAt: at(minute) } : {};
  return { id: "par_1", status, shippedAt: at(minute), ...arrived, at: at(minute), ...rest };
}
/** A parcel of order 1 of which its platform tells alone. */
export const alone = (one: Parcel): ParcelSaid => {
  return { kind: "parcel", store: "kyiv", by: "shopify", order: "1", ...one, saidAt: one.at, acknowledgedAt: one.at };
};

/** A manager's move of order 1. */
export const move = (minute: string, stage: StageMoved["stage"]): StageMoved => {
  return { kind: "move", store: "kyiv", order: "1", stage, at: at(minute), ...heard(minute) };
};
/** Olena's mailbox is closed. */
export const bounced = (minute: string): Bounced => ({ kind: "bounce", email: "olena@example.com", ...heard(minute) });
/** The platform's word that order 1 is paid. */
export const claim = (minute: string, amountMinor = 498_00) => ({ claim: { amountMinor, at: at(minute) } });
