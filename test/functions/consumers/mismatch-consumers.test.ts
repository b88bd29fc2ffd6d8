import { describe, expect, it } from "vitest";
import { mismatchIdOf } from "../../../functions/table/mismatch-ids.ts";
import { MismatchWatch, mismatchWatch } from "../../../functions/table/mismatch-watch.ts";
import { mismatches as mismatchTable } from "../../../functions/table/mismatches.ts";
import { payments } from "../../../functions/table/payments.ts";
import { MINUTE_MS } from "../../support/clock.ts";
import { busMessage, deliver, eventsIn } from "../../support/queue.ts";
import { held } from "../../support/rendezvous.ts";
import { origin } from "../../support/world.ts";
import { financeDesk } from "./finance-desk.ts";

const GRACE = 15 * MINUTE_MS;

describe("a short payment", () => {
  it("is told to finance when its grace has run out, once", async () => {
    const desk = await financeDesk();
    await desk.order();
    await desk.capture("pi_1", 400_00);
    await desk.carry();
    expect(desk.heard).toEqual([]);
    await desk.after(GRACE - 1);
    await desk.carry();
    expect(desk.heard).toEqual([]);
    await desk.after(2_000);
    await desk.carry();
    expect(desk.heard).toHaveLength(1);
    expect(desk.mismatches()).toMatchObject([{ state: { status: "open", kind: "amount_short" } }]);
  });

  it("that comes right within its grace is never told, and nobody wakes up for it", async () => {
    const desk = await financeDesk();
    await desk.order();
    await desk.capture("pi_1", 400_00);
    await desk.carry();
    expect(desk.schedules.planned()).toHaveLength(1);
    await desk.capture("pi_2", 98_00);
    await desk.carry();
    expect(desk.schedules.planned()).toEqual([]);
    await desk.after(GRACE);
    expect([desk.mismatches()[0]?.state, desk.heard]).toMatchObject([{ status: "closed" }, []]);
  });

  it("that comes right after the alert closes by itself", async () => {
    const desk = await financeDesk();
    await desk.order();
    await desk.capture("pi_1", 400_00);
    await desk.carry();
    await desk.after(GRACE);
    await desk.capture("pi_2", 98_00);
    await desk.carry();
    expect(desk.mismatches()).toMatchObject([{ state: { status: "closed", openedAt: expect.any(String) } }]);
    expect(eventsIn(desk.table).filter(({ type }) => type === "mismatch.closed")).toMatchObject([
      { data: { wasOpen: true } },
    ]);
  });

  it("that is made good while somebody looks at it is never told", async () => {
    const desk = await financeDesk();
    await desk.order();
    await desk.capture("pi_1", 400_00);
    await desk.carry();
    desk.clock.advance(GRACE);
    const { table, arrived, release } = held(desk.table);
    const watch = new MismatchWatch(table, desk.runtime.get(payments));
    const mismatchId = String(desk.mismatches()[0]?.pk.slice("mismatch#".length));
    const settled = watch.settle(mismatchId, origin(), desk.clock.now());
    await arrived;
    await desk.capture("pi_2", 98_00);
    release();
    await settled;
    await desk.carry();
    expect([desk.mismatches()[0]?.state, desk.heard]).toMatchObject([{ status: "closed" }, []]);
  });

  it("is opened once, however often everything is delivered", async () => {
    const desk = await financeDesk();
    await desk.order();
    await desk.capture("pi_1", 400_00);
    await desk.carry(3);
    const [wake] = desk.schedules.planned();
    await desk.after(GRACE);
    await deliver(desk.settle, wake?.target.input, wake?.target.input);
    await desk.carry();
    expect(eventsIn(desk.table).filter(({ type }) => type === "mismatch.opened")).toHaveLength(1);
    expect(desk.heard).toHaveLength(1);
    expect(desk.counts).toEqual({ MismatchesOpened: 1 });
  });

  it("that was settled by finance is not brought up again by a late copy of the old news", async () => {
    const desk = await financeDesk();
    await desk.order();
    await desk.capture("pi_1", 400_00);
    const told = await desk.carry();
    await desk.after(GRACE);
    const by = { booking: "write_off", version: undefined };
    const [mismatch] = desk.mismatches();
    const mismatchId = String(mismatch?.pk).slice("mismatch#".length);
    await desk.runtime.get(mismatchTable).resolve(mismatchId, by, origin(), desk.clock.now());
    for (const event of told.filter(({ type }) => type === "order.disagreed"))
      await deliver(desk.watch, busMessage(event));
    expect([desk.mismatches()[0]?.state, desk.schedules.planned()]).toMatchObject([{ status: "resolved" }, []]);
  });

  it("is not closed by stale news of an agreement", async () => {
    const desk = await financeDesk();
    await desk.order();
    await desk.capture("pi_1", 400_00);
    await desk.carry();
    const { orderId } = await desk.order();
    const [disagreed] = eventsIn(desk.table).filter(({ type }) => type === "order.disagreed");
    const stale = { ...disagreed, type: "order.agreed", data: { orderId, kind: "amount_short" } };
    await deliver(desk.watch, busMessage(stale as never));
    expect(desk.mismatches()).toMatchObject([{ state: { status: "suspected" } }]);
  });
});

describe("a wake-up", () => {
  it("that comes too early is planned again", async () => {
    const desk = await financeDesk();
    await desk.order();
    await desk.capture("pi_1", 400_00);
    await desk.carry();
    const [early] = desk.schedules.planned();
    await deliver(desk.settle, early?.target.input);
    const again = desk.schedules.planned();
    expect(again.map(({ at }) => at)).toEqual([early?.at, early?.at]);
    expect(new Set(again.map(({ name }) => name)).size).toBe(2);
    expect(desk.mismatches()).toMatchObject([{ state: { status: "suspected" } }]);
  });

  it("for what was never suspected changes nothing", async () => {
    const desk = await financeDesk();
    const before = desk.table.items();
    await deliver(desk.settle, { mismatchId: "mis_none" });
    expect([desk.table.items(), desk.schedules.planned()]).toEqual([before, []]);
  });

  it("that was lost is made up for by a sweep", async () => {
    const desk = await financeDesk();
    const { orderId } = await desk.order();
    await desk.capture("pi_1", 400_00);
    await desk.carry();
    desk.clock.advance(GRACE);
    const mismatchId = mismatchIdOf({ kind: "amount_short", orderId });
    await desk.runtime.get(mismatchWatch).settle(mismatchId, origin(), desk.clock.now());
    expect(desk.mismatches()).toMatchObject([{ state: { status: "open" } }]);
  });
});

describe("money in another currency", () => {
  it("is told at once", async () => {
    const desk = await financeDesk();
    await desk.order();
    await desk.capture("pi_1", 10_00, ["1001"], "EUR");
    await desk.carry();
    await desk.carry();
    expect(desk.heard.map(({ attributes }) => attributes)).toMatchObject([{ kind: "currency", severity: "urgent" }]);
    expect(desk.schedules.planned()).toEqual([]);
  });
});

describe("a payment without an order", () => {
  it("waits for its order, and is told when none came", async () => {
    const desk = await financeDesk();
    await desk.capture("pi_1", 498_00, ["7777"]);
    await desk.carry();
    await desk.after(GRACE);
    await desk.carry();
    expect(desk.heard).toMatchObject([{ attributes: { kind: "unknown_order", storeId: "sto_1", severity: "normal" } }]);
  });

  it("is joined to an order that came meanwhile, even if nobody noticed", async () => {
    const desk = await financeDesk();
    await desk.capture("pi_1", 498_00);
    await desk.carry();
    // The order is saved, but whoever should have looked for waiting payments crashed before it did.
    await desk.order();
    await desk.after(GRACE);
    await desk.carry();
    expect(desk.heard).toEqual([]);
    expect(desk.mismatches()).toMatchObject([{ state: { status: "closed", kind: "unknown_order" } }]);
    expect(eventsIn(desk.table).map(({ type }) => type)).toContain("order.paid");
  });
});

describe("an alert", () => {
  const opened = async (env = {}) => {
    const desk = await financeDesk(env);
    await desk.order({ number: "№ 1001-К" });
    await desk.capture("pi_1", 400_00);
    await desk.carry();
    await desk.after(GRACE);
    await desk.carry();
    return desk.heard[0];
  };

  it("says first in plain words what is wrong, then where to look", async () => {
    const { message } = (await opened()) as { message: string };
    const [sentence, empty, ...details] = message.split("\n");
    expect([sentence, empty]).toEqual([
      "Order № 1001-К is short by 98.00 UAH: 400.00 UAH came in, 498.00 UAH is owed.",
      "",
    ]);
    expect(details).toEqual(expect.arrayContaining(["Store: Kvitka (sto_1)", "Difference: 98.00 UAH"]));
    expect(message).toMatch(/GET \/v1\/orders\/ord_\w+\/history/);
  });

  it.each([
    ["uk", "За замовлення № 1001-К не вистачає 98.00 UAH: надійшло 400.00 UAH, до сплати 498.00 UAH."],
    ["ru", "За заказ № 1001-К не хватает 98.00 UAH: поступило 400.00 UAH, к оплате 498.00 UAH."],
  ])("speaks finance's language: %s", async (FINANCE_LOCALE, sentence) => {
    expect((await opened({ FINANCE_LOCALE }))?.message.split("\n")[0]).toBe(sentence);
  });

  it("has a subject that every mail server takes, and attributes to filter by", async () => {
    const alert = await opened();
    expect(alert?.subject).toBe("Kolo normal: amount_short, order 1001-");
    expect(alert?.attributes).toEqual({
      mismatchId: expect.stringMatching(/^mis_/),
      kind: "amount_short",
      severity: "normal",
      storeId: "sto_1",
    });
  });

  it("tells nothing personal", async () => {
    const text = JSON.stringify(await opened());
    for (const secret of ["olena", "Koval", "067", "671112233"]) expect(text).not.toContain(secret);
  });
});
