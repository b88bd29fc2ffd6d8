import { describe, expect, it } from "vitest";
import { DAY_MS } from "../../support/clock.ts";
import { days } from "../../support/deliveries.ts";
import type { Said, SenderName } from "../../support/providers.ts";
import { knownIn, shop } from "../../support/receiving.ts";

type Sent = Said & { from: SenderName };

const sentBy = (from: SenderName): Sent[] => days[from].map((said) => ({ ...said, from }));

/** A shuffle that a seed names. */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  const result = [...list];
  let state = seed * 2_654_435_761;
  for (let last = result.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

/** What is known after deliveries, in the order in which they come. */
async function knownAfter(all: readonly Sent[]) {
  const kvitka = await shop();
  const hooks = new Map<SenderName, string>();
  for (const from of ["shopify", "woocommerce", "stripe"] as const) hooks.set(from, await kvitka.connect(from));
  // What is told in the wrong order is told at once: all of it has happened.
  kvitka.clock.advance(7 * DAY_MS);
  for (const said of all) {
    expect((await kvitka.deliver(said.from, hooks.get(said.from) as string, said)).status).toBe(200);
  }
  const quarantined = kvitka.table.items().filter(({ pk }) => pk.startsWith("quarantine#"));
  return { ...(await knownIn(kvitka)), quarantined };
}

const SHUFFLES = Array.from({ length: 20 }, (_, seed) => seed + 1);

describe("deliveries of three providers", () => {
  const day = [...sentBy("shopify"), ...sentBy("woocommerce"), ...sentBy("stripe")];
  const expected = knownAfter(day);

  it("make two orders, one payment and two people", async () => {
    const { orders, payments, people, quarantined, waiting, awaited } = await expected;
    expect(orders).toMatchObject([
      {
        ...{
          externalId: "2727",
          stage: "completed",
          paymentStatus: "partially_refunded",
          paid: { amountMinor: 34_85 },
        },
        refunds: [
          { amount: { amountMinor: 10_00 }, refundedAt: "2026-11-22T08:00:02.000Z", basis: "evidence" },
          { amount: { amountMinor: 4_85 }, refundedAt: "2026-11-23T08:00:02.000Z", basis: "evidence" },
        ],
        payments: [{ basis: "evidence", provider: "stripe" }],
      },
      {
        // A payment provider is connected: the platform's word waits for evidence.
        ...{ externalId: "5820982911946154508", stage: "delivered", paymentStatus: "unpaid" },
        ...{ fulfillmentStatus: "delivered", payments: [], refunds: [] },
      },
    ]);
    expect(payments).toHaveLength(1);
    expect(people).toHaveLength(2);
    expect([quarantined, waiting, awaited]).toEqual([[], [], 0]);
  });

  it("say the same when each comes twice", async () => {
    expect(await knownAfter(day.flatMap((said) => [said, said]))).toEqual(await expected);
  });

  it("say the same when they come in reverse, and then again", async () => {
    expect(await knownAfter([...day.toReversed(), ...day])).toEqual(await expected);
  });

  it.each(SHUFFLES)("say the same in shuffle %i", async (seed) => {
    expect(await knownAfter(shuffled([...day, ...day], seed))).toEqual(await expected);
  });
});
