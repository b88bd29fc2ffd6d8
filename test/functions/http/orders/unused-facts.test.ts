import { describe, expect, it } from "vitest";
import { PLACED_AT, uah } from "../../../support/samples.ts";
import { merchant } from "./orders.ts";

const at = (minutes: number) => new Date(Date.parse(PLACED_AT) + minutes * 60_000).toISOString();
type Told = Record<string, unknown>;
const parcel = (status: string, part: Told = {}): Told => ({ externalId: "f-1", status, ...part });

/** Pushes one after another to one order, and the answer of each. */
async function answers(...parts: Told[]) {
  const { place } = await merchant();
  const all = [];
  for (const part of parts) all.push(await place(part));
  return all;
}
const words = (...told: Told[]) => answers(...told.map((one) => ({ fulfillments: [one] })));
const silent = (all: { warnings?: unknown }[]) => all.map(({ warnings }) => warnings === undefined);

const PARCEL = { pointer: "/fulfillments/0/externalId", code: "fulfillment_not_newer" };
const ORDER = { pointer: "/updatedAt", code: "order_not_newer" };

describe("a pushed word of a parcel that is not the one that stands", () => {
  it("is told of, with what stands and what to send", async () => {
    const [first, second] = await words(
      parcel("delivered", { deliveredAt: at(5) }),
      parcel("cancelled", { updatedAt: at(3) }),
    );
    expect(first).not.toHaveProperty("warnings");
    expect(second).toMatchObject({ stage: "delivered", warnings: [PARCEL] });
    expect(second.warnings[0].message).toContain(`stands: delivered, of ${at(5)}.`);
    expect(second.warnings[0].message).toContain("push it with an updatedAt later than that");
    const [, third] = await words(
      parcel("delivered", { deliveredAt: at(5) }),
      parcel("cancelled", { updatedAt: at(6) }),
    );
    expect(third).not.toHaveProperty("warnings");
  });

  it("is told of where both are of one time, whichever of them won", async () => {
    for (const status of ["delivered", "cancelled", "returned"]) {
      const told = [parcel("shipped"), parcel(status)];
      for (const pair of [told, told.toReversed()]) {
        const [, after] = await words(...pair);
        const [stands] = after.shipments;
        expect([status, after.warnings ?? []]).toMatchObject([
          status,
          stands.status === pair[1]?.status ? [] : [PARCEL],
        ]);
      }
    }
  });

  it("is not spoken of when it says what stands, is told again, or is a delivery that counts", async () => {
    const shipped = parcel("shipped", { shippedAt: at(1), updatedAt: at(5) });
    expect(silent(await words(shipped, shipped))).toEqual([true, true]);
    expect(silent(await words(shipped, { ...shipped, updatedAt: at(4) }))).toEqual([true, true]);
    const [had, back] = [parcel("delivered", { deliveredAt: at(3) }), parcel("returned", { updatedAt: at(5) })];
    expect(silent(await words(had, back, had))).toEqual([true, true, true]);
    expect(silent(await words(back, had))).toEqual([true, true]);
  });

  it.each([
    ["pieces", { units: 1 }],
    ["time of leaving", { shippedAt: at(2) }],
  ])("is told of when it says other %s", async (_, part) => {
    const shipped = parcel("shipped", { shippedAt: at(1), updatedAt: at(5) });
    expect((await words(shipped, { ...shipped, updatedAt: at(4), ...part }))[1].warnings).toMatchObject([PARCEL]);
  });

  it("is not spoken of within one push when it is the delivery of what came back", async () => {
    const [had, back] = [parcel("delivered", { deliveredAt: at(2) }), parcel("returned", { updatedAt: at(3) })];
    for (const fulfillments of [
      [had, back],
      [back, had],
    ]) {
      const [answer] = await answers({ fulfillments });
      expect(answer).toMatchObject({ stage: "delivered", fulfillmentStatus: "returned" });
      expect(answer).not.toHaveProperty("warnings");
    }
  });
});

describe("a pushed order that is not the newest", () => {
  const total = (minor: number) => ({ total: uah(minor), note: `${minor}` });

  it("is told of when it says something else and no updatedAt makes it newer", async () => {
    const totals = [1000, 1200, 1300, 900];
    const all = await answers(...totals.map(total));
    for (const [nth, answer] of all.entries()) {
      const isTaken = answer.total.amountMinor === totals[nth];
      expect([nth, answer.warnings ?? []]).toMatchObject([nth, isTaken ? [] : [ORDER]]);
    }
    expect(silent(all)).toContain(false);
  });

  it("is told of when it is older, with what to send, and what it adds counts", async () => {
    const payments = [{ externalId: "1", provider: "liqpay", amount: uah(400_00), capturedAt: PLACED_AT }];
    const [, older] = await answers(
      { ...total(500_00), updatedAt: at(5) },
      { ...total(400_00), updatedAt: at(4), payments },
    );
    expect(older).toMatchObject({ total: uah(500_00), paid: uah(400_00), warnings: [ORDER] });
    expect(older.warnings[0].message).toContain(`of ${at(5)}. For this one to count, push it with an updatedAt later`);
  });

  it("is told of when only its status does not count", async () => {
    const status = (name: string, minutes: number) => ({ status: name, updatedAt: at(minutes) });
    const [, older, same] = await answers(status("approval", 5), status("new", 4), status("approval", 3));
    expect(older).toMatchObject({ stage: "approval", warnings: [ORDER] });
    expect(same).not.toHaveProperty("warnings");
  });

  it("is not spoken of when it is told again, is newer, or only adds to the order", async () => {
    const fulfillments = [parcel("shipped", { updatedAt: at(9) })];
    const pushes = [
      { updatedAt: at(1) },
      { updatedAt: at(1) },
      {},
      { fulfillments },
      { ...total(1), updatedAt: at(2) },
    ];
    expect(silent(await answers(...pushes))).toEqual(pushes.map(() => true));
  });
});
