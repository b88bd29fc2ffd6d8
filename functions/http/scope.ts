import { reject } from "../../domain/kernel/rejection.ts";
import type { Caller } from "../shell/caller.ts";
import { Problem } from "../shell/problem.ts";
import type { Origin } from "../table/aggregates.ts";
import { orderIdOf } from "../table/order-ids.ts";
import { isSeen, sightOf } from "../table/sight.ts";

/** The store that a request is about: a key's own, or the one that staff name. A key that names another finds none. */
export function storeOf(caller: Caller, named: string | undefined): string {
  if (caller.kind !== "staff") {
    if (named !== undefined && named !== caller.storeId) reject("store_not_found", "There is no such store.");
    return caller.storeId;
  }
  if (named !== undefined) return named;
  const errors = [{ pointer: "/storeId", code: "required", message: "Staff name the store." }];
  throw new Problem(400, "invalid_input", "Some fields are wrong.", { errors });
}

/** The store that a list is about: a key's own; staff may name one or see all. */
export const storeFilter = (caller: Caller, named: string | undefined): string | undefined =>
  caller.kind === "staff" ? named : storeOf(caller, named);

/** An order's id; a key may say `ext:<externalId>` instead. */
export function orderIdFrom(caller: Caller, given: string): string {
  if (!given.startsWith("ext:")) return given;
  if (caller.kind === "staff") reject("order_not_found", "Staff name an order by its id.");
  return orderIdOf(caller.storeId, given.slice("ext:".length), caller.kind === "key" && caller.test);
}

/** Hides an order of another store or mode: a key is told word by word what it is told of an order that never was. */
export function seenBy(origin: Origin, order: { storeId: string; test: boolean }): void {
  if (!isSeen(order, sightOf(origin))) reject("order_not_found", "There is no such order.");
}
