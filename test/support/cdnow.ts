import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { KnownCustomer } from "../../domain/customer/customer.ts";
import type { PlacedOrder } from "../../domain/order/facts.ts";
import { viewOf } from "../../domain/order/view.ts";
import type { Purchase } from "../../events/customer.ts";
import { customerWith } from "./analytics.ts";
import { header, orderAfter } from "./order-facts.ts";

/** One purchase of the CDNOW sample. */
export interface CdnowPurchase {
  /** The customer's id in the sample. */
  customer: string;
  day: string;
  /** In cents. */
  totalMinor: number;
}

const FILE = fileURLToPath(new URL("../../../shared/datasets/cdnow/CDNOW_sample.txt", import.meta.url));

/** False where the data set does not lie beside the repository: tests of it are then skipped. */
export const hasCdnow = existsSync(FILE);

/** The 6,919 purchases of 2,357 customers, in the order of the file. */
export function cdnow(): CdnowPurchase[] {
  const lines = readFileSync(FILE, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const [, customer = "", date = "", , dollars = ""] = line.trim().split(/\s+/);
    const [whole = "", fraction = ""] = dollars.split(".");
    const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
    return { customer, day, totalMinor: Number(whole + fraction.padEnd(2, "0")) };
  });
}

function purchaseOf(order: PlacedOrder): Purchase {
  const { orderId, storeId, header: known } = order;
  const { day, placedAt, totalMinor, currency } = known;
  const view = viewOf(order);
  const counted = !view.cancelled && !order.test;
  return { orderId, storeId, day, placedAt, totalMinor, currency, counted, paid: view.paidAt !== undefined };
}

/** Purchases as orders of one store, and each customer after each of their orders. */
export function cdnowStates(purchases: readonly CdnowPurchase[]): {
  orders: PlacedOrder[];
  customers: KnownCustomer[][];
} {
  const sold = purchases.map(({ customer, day, totalMinor }, index) => {
    const placedAt = `${day}T12:00:00.000Z`;
    const placed = header({ day, placedAt, totalMinor, currency: "USD", timeZone: "UTC" });
    return { customer, order: { ...orderAfter({ header: placed }), orderId: `ord_${index}` } };
  });
  const customers = [...Map.groupBy(sold, ({ customer }) => customer).values()].map((own) => {
    const bought = own.map(({ order }) => purchaseOf(order));
    return bought.map((_, index) => customerWith(...bought.slice(0, index + 1)));
  });
  return { orders: sold.map(({ order }) => order), customers };
}
