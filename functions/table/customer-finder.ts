import type { Identity } from "../../domain/customer/identity.ts";
import { port } from "../shell/port.ts";
import { type Fingerprints, fingerprints } from "../shell/secrets.ts";
import { inMode } from "./buyers.ts";
import { isWithin, type StoredCustomer, storedCustomer } from "./customer-reader.ts";
import { table } from "./dynamo.ts";
import { identityKey, stateKey } from "./keys.ts";
import type { Sight } from "./sight.ts";
import type { Table } from "./table.ts";

/** Finds customers by what identifies them. Only who looks people up needs the pepper of their fingerprints. */
export class CustomerFinder {
  readonly #table: Table;
  readonly #fingerprints: Fingerprints;

  constructor(source: Table, prints: Fingerprints) {
    this.#table = source;
    this.#fingerprints = prints;
  }

  /** The customers seen that own these identities, each once, in the order of the identities; test mode's last. */
  async owners(identities: readonly Identity[], sight: Sight): Promise<StoredCustomer[]> {
    const modes = sight.test === undefined ? [false, true] : [sight.test];
    const known = modes.flatMap((test) => identities.map((identity) => inMode(identity, test)));
    const found = await Promise.all(
      known.map(async (identity) => this.#table.get(identityKey(await this.#fingerprints.of(identity)))),
    );
    const ids = [...new Set(found.flatMap((item) => (item ? [item.customerId as string] : [])))];
    const items = await Promise.all(ids.map((id) => this.#table.get(stateKey.customer(id))));
    return items.flatMap((item) => storedCustomer(item) ?? []).filter((one) => isWithin(one, sight));
  }
}

export const customerFinder = port(
  "customerFinder",
  (runtime) => new CustomerFinder(runtime.get(table), runtime.get(fingerprints)),
);
