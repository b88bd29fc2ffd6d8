import { call, type Request } from "../../../support/http.ts";
import { entriesOf } from "../../../support/routes.ts";
import { openStore, PLACED_AT, uah } from "../../../support/samples.ts";
import { world } from "../../../support/world.ts";

const entries = await entriesOf("orders");

/** What a store pushes at least. */
export const pushed = (part: Record<string, unknown> = {}) => ({
  externalId: "1001",
  placedAt: PLACED_AT,
  lines: [{ name: "Coffee", quantity: 2, unitPrice: uah(249_00) }],
  total: uah(498_00),
  paymentMethod: "card",
  ...part,
});

/** Two stores, and someone who asks: the first store's key unless a request says otherwise. */
export async function merchant() {
  const { runtime, table, clock } = world();
  await openStore(table, "sto_1");
  await openStore(table, "sto_2");
  const ask = (request: Request) => call(runtime, entries, { as: { key: "sto_1" }, ...request });
  /** Pushes an order and answers it. */
  const place = async (part: Record<string, unknown> = {}, as: Request["as"] = { key: "sto_1" }) =>
    (await ask({ path: "/v1/orders", as, body: pushed(part) })).body;
  return { runtime, table, clock, ask, place };
}
