import { describe, expect } from "vitest";
import { aStore, eventually, it, kolo, mailsTo } from "./support/kolo.ts";
import { aBuyer } from "./support/store.ts";

const DAY_MS = 86_400_000;
const LEFT_SECONDS = 10;

describe("a wait that is nearly over when its order arrives", () => {
  it("wakes the journey by its own schedule, and not before", async () => {
    const store = await aStore();
    const buyer = aBuyer();
    const placedAt = new Date((await kolo.now()).getTime() - DAY_MS + LEFT_SECONDS * 1_000);
    await store.places({ customer: buyer, placedAt: placedAt.toISOString() });
    const reminders = async () =>
      (await mailsTo(buyer.email)).filter(({ subject = "" }) => subject.includes("чекає на оплату"));
    expect(await reminders()).toEqual([]);
    await kolo.advance(LEFT_SECONDS);
    await eventually(async () => expect(await reminders()).toHaveLength(1));
  });
});
