import { nothingKnown, type Order } from "../../domain/order/facts.ts";
import { stateKey } from "./keys.ts";
import type { Item } from "./table.ts";

const idOf = ({ pk }: Item): string => pk.slice(stateKey.order("").pk.length);

/** What an item keeps of an order: not its id, which is in the key, and nothing that it has none of. */
export function keptOf(order: Order): Partial<Order> {
  if (order.status === "absent") return order;
  const blank = new Map(
    Object.entries(nothingKnown(order.orderId)).map(([name, value]) => [name, JSON.stringify(value)]),
  );
  return Object.fromEntries(Object.entries(order).filter(([name, value]) => blank.get(name) !== JSON.stringify(value)));
}

/** The order that an item keeps. */
export function orderIn(item: Item | undefined): Order {
  if (item === undefined) return { status: "absent" };
  return { ...nothingKnown(idOf(item)), ...(item.state as Partial<Order>) } as Order;
}
