import type { KnownCustomer } from "../../domain/customer/customer.ts";
import { emptyProfile, type Profile } from "../../domain/customer/profile.ts";
import { reject } from "../../domain/kernel/rejection.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { list, SHARDS, stateKey } from "./keys.ts";
import { type ListPage, pageOfStates } from "./pages.ts";
import type { Sight } from "./sight.ts";
import type { Item, Table } from "./table.ts";

/** A customer with the personal part of the card, as it is stored now. */
export interface StoredCustomer {
  customerId: string;
  version: number;
  state: KnownCustomer;
  profile: Profile;
}

/** Reads customers for those who show them. */
export class CustomerReader {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** The customer, or a `customer_not_found` rejection; a store's key finds only whom its store brought in its mode. */
  async get(customerId: string, sight: Sight): Promise<StoredCustomer> {
    const found = storedCustomer(await this.#table.get(stateKey.customer(customerId)));
    if (!found || !isWithin(found, sight)) reject("customer_not_found", "There is no such customer.");
    return found;
  }

  /** A page of all customers, or of those whom a store brought, newest first; it may be short. */
  async page(sight: Sight, limit: number, after: string | undefined): Promise<ListPage<StoredCustomer, string>> {
    const partitions = Array.from({ length: SHARDS }, (_, shard) => list.customers(shard));
    const keeps = (item: Item) => {
      const found = storedCustomer(item);
      return found !== undefined && isWithin(found, sight);
    };
    const wanted = { index: "gsi3" as const, partitions, limit, after };
    const { items, next } = await pageOfStates(this.#table, {
      ...wanted,
      ...(sight.storeId !== undefined && { keeps }),
    });
    return { items: items.flatMap((item) => storedCustomer(item) ?? []), next };
  }
}

/** True when the mode and store brought the customer: it told of them, or they bought there. */
export function isWithin({ state, profile }: Pick<StoredCustomer, "state" | "profile">, sight: Sight): boolean {
  const { storeId, test } = sight;
  if (test !== undefined && (state.test ?? false) !== test) return false;
  return (
    storeId === undefined ||
    (profile.stores ?? []).includes(storeId) ||
    profile.externals.some((external) => external.startsWith(`${storeId}:`)) ||
    state.purchases.some((purchase) => purchase.storeId === storeId)
  );
}

/** What an item says of its customer. */
export function storedCustomer(item: Item | undefined): StoredCustomer | undefined {
  const { state, version, card } = (item ?? {}) as { state?: KnownCustomer; version?: number; card?: Profile };
  if (state?.status !== "known" || version === undefined) return undefined;
  return { customerId: state.customerId, version, state, profile: card ?? emptyProfile };
}

export const customerReader = port("customerReader", (runtime) => new CustomerReader(runtime.get(table)));
