import { emptyProfile, mergeProfile, type ProfileFields } from "../../domain/customer/profile.ts";
import { reject } from "../../domain/kernel/rejection.ts";
import type { Instant } from "../../events/values.ts";
import { port } from "../shell/port.ts";
import { type Origin, saving, setCard } from "./aggregates.ts";
import { isWithin } from "./customer-reader.ts";
import { table } from "./dynamo.ts";
import { customerRecord, type LoadedCustomer } from "./records.ts";
import { sightOf } from "./sight.ts";
import type { Table } from "./table.ts";

/** What a person changes on a card; what is not given stays. */
export interface CardChange {
  fields: ProfileFields;
  tags?: readonly string[] | undefined;
  version: number | undefined;
}

/** Changes cards by hand. */
export class CustomerEditor {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** Changes a card: what a person says now wins over what any store said before. */
  change(customerId: string, { fields, tags, version }: CardChange, origin: Origin, now: Instant): Promise<void> {
    return saving(this.#table, origin, async (unit) => {
      const card = (await unit.load(customerRecord, customerId)) as LoadedCustomer;
      const { state, card: profile = emptyProfile } = card;
      if (state.status !== "known" || !isWithin({ state, profile }, sightOf(origin))) {
        reject("customer_not_found", "There is no such customer.");
      }
      unit.stamp({ test: state.test ?? false });
      unit.expect(card, version);
      const merged = mergeProfile(profile, { identities: [], fields, at: now });
      const retagged = tags !== undefined && JSON.stringify(tags) !== JSON.stringify(profile.tags ?? []);
      const changed = [...merged.changed, ...(retagged ? ["tags"] : [])];
      const data = {
        customerId,
        placeholder: state.placeholder,
        test: state.test ?? false,
        identified: [],
        fields: changed,
      };
      const events = unit.decide(card, { type: "customer.introduce", at: now, data });
      if (events.length > 0) setCard(card, { ...merged.profile, ...(tags && { tags: [...tags] }) });
      unit.about(customerId);
    });
  }
}

export const customerEditor = port("customerEditor", (runtime) => new CustomerEditor(runtime.get(table)));
