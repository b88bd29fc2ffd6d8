import { emptyProfile } from "../../domain/customer/profile.ts";
import type { ContactInput } from "../../domain/order/snapshot.ts";
import type { KnownStore } from "../../domain/store/store.ts";
import type { Instant } from "../../events/values.ts";
import { port } from "../shell/port.ts";
import { fingerprints } from "../shell/secrets.ts";
import { type Origin, saving, setCard } from "./aggregates.ts";
import { type BuyerPorts, introduce, loadCard, ownerOf, recognise } from "./buyers.ts";
import { table } from "./dynamo.ts";
import type { LoadedCustomer } from "./records.ts";

/** People whom a store tells of without an order. */
export class Customers {
  readonly #ports: BuyerPorts;

  constructor(ports: BuyerPorts) {
    this.#ports = ports;
  }

  /** Tells the card of a person what a store knew of them at a time; opens one for a person we had not met. */
  async tell(
    store: KnownStore,
    contact: ContactInput,
    toldAt: Instant,
    origin: Origin,
    now: Instant,
  ): Promise<{ customerId: string; created: boolean }> {
    const { storeId } = store;
    return await saving(this.#ports.table, { ...origin, storeId }, async (unit) => {
      const test = origin.test ?? false;
      const identities = await recognise(this.#ports, contact, store, test);
      const card = await loadCard(this.#ports, unit, ownerOf(identities));
      const created = card.version === 0;
      introduce(unit, card, { contact, identities, test, toldAt, at: now });
      noteStore(card, storeId);
      unit.about(card.id);
      unit.answers(created ? 201 : 200, card.id);
      return { customerId: card.id, created };
    });
  }
}

/** A store's key may see the people it told us of, also before they order. */
function noteStore(card: LoadedCustomer, storeId: string): void {
  const { stores = [], ...profile } = card.card ?? emptyProfile;
  if (!stores.includes(storeId)) setCard(card, { ...profile, stores: [...stores, storeId] });
}

export const customers = port("customers", (runtime) => {
  return new Customers({ table: runtime.get(table), fingerprints: runtime.get(fingerprints), ids: runtime.ids });
});
