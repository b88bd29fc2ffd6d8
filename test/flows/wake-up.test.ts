import { describe, expect } from "vitest";
import { aStore, eventually, it, kolo, mailsTo } from "./support/kolo.ts";
import { aBuyer } from "./support/store.ts";

const DAY_MS = 86_400_000;
const HOUR = 3_600;
const MINUTE = 60;

describe("a day that is nearly over when its order arrives", () => {
  it(
    "ends an hour later, and wakes the journey by its own schedule",
    async () => {
      const store = await aStore();
      const buyer = aBuyer();
      const placedAt = new Date((await kolo.now()).getTime() - DAY_MS + 10_000);
      await store.places({ customer: buyer, placedAt: placedAt.toISOString() });
      const reminders = async () =>
        (await mailsTo(buyer.email)).filter(({ subject = "" }) => subject.includes("чекає на оплату"));
      await kolo.advance(HOUR - MINUTE);
      expect(await reminders()).toEqual([]);
      await kolo.advance(2 * MINUTE);
      await eventually(async () => expect(await reminders()).toHaveLength(1));
    },
    { needs: ["clock"] },
  );
});
