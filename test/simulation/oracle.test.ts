import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CaptureSaid, type Fact, type MetricTruth, TEST_ADDRESS } from "./facts.ts";
import { oracle } from "./oracle.ts";
import { alone, another, at, bounced, capture, claim, eur, move, order, parcel, refund, shop, uah } from "./said.ts";

const first = (...facts: Fact[]) => oracle([shop(), ...facts]).orders["kyiv/1"];
const hooked = (...facts: Fact[]) => oracle([shop({ paymentHook: true }), ...facts]).orders["kyiv/1"];

describe("the money of an order, as the oracle sees it", () => {
  it("is what came in by evidence and what went back", () => {
    expect(first(order("20T10:00"))).toMatchObject({ paymentStatus: "unpaid", dueMinor: 498_00 });
    const parts = [capture("20T10:01", uah(200_00)), capture("20T10:02", uah(298_00), { id: "pi_2" })];
    const [part] = parts as [CaptureSaid];
    expect(first(order("20T10:00"), part)).toMatchObject({ paymentStatus: "partially_paid", dueMinor: 298_00 });
    expect(first(order("20T10:00"), ...parts)).toMatchObject({ paymentStatus: "paid", stage: "processing" });
    const over = capture("20T10:03", uah(1), { id: "pi_3" });
    expect(first(order("20T10:00"), ...parts, over)).toMatchObject({ paymentStatus: "overpaid", paidMinor: 498_01 });
    const excess = refund("20T10:30", uah(1), { id: "re_0" });
    expect(first(order("20T10:00"), ...parts, over, excess)).toMatchObject({ paymentStatus: "paid", refundedMinor: 1 });
    const back = refund("20T11:00", uah(98_00));
    expect(first(order("20T10:00"), ...parts, back)).toMatchObject({ paymentStatus: "partially_refunded" });
    const rest = refund("20T12:00", uah(400_00), { id: "re_2" });
    expect(first(order("20T10:00"), ...parts, back, rest)).toMatchObject({ paymentStatus: "refunded" });
  });

  it("leaves other currencies out, and asks nothing for nothing", () => {
    expect(first(order("20T10:00"), capture("20T10:01", eur(498_00)))).toMatchObject({ paymentStatus: "unpaid" });
    expect(first(order("20T10:00", { totalMinor: 0 }))).toMatchObject({ paymentStatus: "paid", stage: "processing" });
  });

  it("is a claim while there is no provider's hook, and one payment with its evidence", () => {
    const claimed = [order("20T10:00"), order("20T10:05", claim("20T10:05"))];
    expect(first(...claimed)).toMatchObject({ paymentStatus: "paid", paidMinor: 498_00 });
    expect(first(...claimed, capture("20T10:06", uah(498_00)))).toMatchObject({ paidMinor: 498_00 });
    expect(first(...claimed, capture("20T10:06", uah(98_00)))).toMatchObject({ paidMinor: 498_00 });
    expect(hooked(...claimed)).toMatchObject({ paymentStatus: "unpaid", paidMinor: 0, stage: "new" });
    expect(hooked(...claimed, capture("20T10:06", uah(498_00)))).toMatchObject({ paymentStatus: "paid" });
    const atTheDoor = order("20T10:05", { timing: "on_delivery", ...claim("20T10:05") });
    expect(hooked(atTheDoor)).toMatchObject({ paymentStatus: "paid" });
  });

  it("is owed by the newest snapshot, and counts a payment that several snapshots tell once", () => {
    const payments = [{ id: "p-1", at: at("20T10:01"), ...uah(400_00) }];
    const newest = order("20T10:09", { totalMinor: 400_00, payments });
    expect(first(newest, order("20T10:05", { payments }))).toMatchObject({ paymentStatus: "paid", paidMinor: 400_00 });
  });
});

describe("refunds, as the oracle sees them", () => {
  const paid = [order("20T10:00"), capture("20T10:01", uah(498_00))];
  const sumOf = (minute: string, amountMinor: number) =>
    refund(minute, uah(amountMinor), { id: `sum-${amountMinor}`, isSum: true });
  const dayOf = (...facts: Fact[]) =>
    oracle([shop(), ...facts])
      .metrics.filter(({ metric, store, day }) => metric === "refunds" && store === "kyiv" && day !== "total")
      .map(({ day, numerator }) => `${day} ${numerator}`);

  it("of which the provider tells the sum so far are the steps of it, on their days", () => {
    const told = [sumOf("21T10:00", 100_00), sumOf("23T10:00", 300_00)];
    expect(first(...paid, ...told)).toMatchObject({ refundedMinor: 300_00 });
    expect(dayOf(...paid, ...told)).toEqual(["2026-11-21 10000", "2026-11-23 20000"]);
  });

  it("are one with what the platform says of them, and its word counts while there is no provider's hook", () => {
    const word = { refund: { id: "7", amountMinor: 200_00, at: at("20T11:00") } };
    const said = [order("20T10:00", claim("20T10:00")), order("20T12:00", { ...claim("20T12:00"), ...word })];
    expect(first(...said)).toMatchObject({ paymentStatus: "partially_refunded", refundedMinor: 200_00 });
    expect(hooked(...said)).toMatchObject({ paidMinor: 0, refundedMinor: 0 });
    const alone = refund("20T11:00", uah(200_00), { by: "shopify", id: "7", payment: undefined as never });
    expect(first(...said, alone)).toMatchObject({ refundedMinor: 200_00 });
    expect(first(...paid, ...said, refund("20T11:30", uah(150_00)))).toMatchObject({ refundedMinor: 200_00 });
  });
});

describe("a hook that is connected late, as the oracle sees it", () => {
  it("is asked for what is claimed since, and not for what was claimed before", () => {
    const late = shop({ hookedAt: at("20T11:00") });
    const [before, since] = [order("20T10:30", claim("20T10:30")), order("20T12:00", claim("20T12:00"))];
    expect(oracle([late, order("20T10:00"), since]).orders["kyiv/1"]).toMatchObject({ paidMinor: 0 });
    expect(oracle([late, before, since]).orders["kyiv/1"]).toMatchObject({ paidMinor: 498_00 });
    expect(oracle([late, before]).orders["kyiv/1"]).toMatchObject({ paidMinor: 498_00 });
  });
});

describe("people, as the oracle sees them", () => {
  it("may be one when an order names the address of one and the number of another", () => {
    const [anna, ben] = [
      { email: "anna@example.com", phone: "+1" },
      { email: "ben@example.com", phone: "+2" },
    ];
    const told = [another("1", "20T10:00", anna), another("2", "20T11:00", ben)];
    expect(oracle([shop(), ...told]).merges).toEqual([]);
    const mixed = another("3", "21T10:00", { ...anna, phone: "+2" });
    const truth = oracle([shop(), ...told, mixed]);
    expect(truth.merges).toEqual(["kyiv/1 kyiv/2"]);
    expect(truth.customers).toEqual([["kyiv/1", "kyiv/3"], ["kyiv/2"]]);
  });
});

describe("an order of a key for testing, as the oracle sees it", () => {
  it("counts nowhere, is a matter of nobody's money, and writes to the listed address alone", () => {
    const told = order("20T10:00", { test: true, ...claim("20T10:00") });
    const truth = oracle([
      shop({ paymentHook: true }),
      told,
      another("2", "20T11:00", { test: true, email: TEST_ADDRESS }),
    ]);
    expect([truth.metrics, truth.mismatches]).toEqual([[], []]);
    const sent = truth.messages.filter(({ template }) => template === "order-confirmation").map((one) => one.sent);
    expect(sent).toEqual(["must_not", "must"]);
  });
});

describe("the stage of an order, as the oracle sees it", () => {
  it("is the last by time, the store's repetitions left out", () => {
    const said = [order("20T10:00", { status: "new" }), order("20T10:20", { status: "processing" })];
    const repeated = order("20T11:00", { status: "processing" });
    expect(first(...said, move("20T10:30", "completed"), repeated)?.stage).toBe("completed");
    const cancelled = order("20T12:00", { status: "cancelled" });
    expect(first(...said, move("20T10:30", "completed"), cancelled)).toMatchObject({ stage: "cancelled", dueMinor: 0 });
    expect(first(cancelled, move("20T13:00", "approval"))?.stage).toBe("approval");
  });

  it("leaves new and approval when the money is there, and no other", () => {
    const paid = capture("20T11:00", uah(498_00));
    expect(first(order("20T10:00"), move("20T10:30", "approval"), paid)?.stage).toBe("processing");
    expect(first(order("20T10:00"), move("20T10:30", "completed"), paid)?.stage).toBe("completed");
    expect(first(order("20T10:00"), move("20T11:30", "approval"), paid)?.stage).toBe("approval");
    const claimed = [order("20T10:05", claim("20T10:05")), order("20T12:00", claim("20T12:00"))];
    expect(first(...claimed, move("20T11:00", "approval"))?.stage).toBe("approval");
  });
});

/** Two people and an order of nobody, in Kyiv and in New York: what November 2026 came to. */
const november: Fact[] = [
  shop(),
  shop({ store: "york", timeZone: "America/New_York" }),
  order("20T10:00", { phone: "+380671112233" }),
  another("2", "20T22:30", { totalMinor: 100_00 }),
  another("3", "24T03:00", { store: "york", totalMinor: 50_00 }),
  another("4", "22T10:00", { email: "cancelled@example.com", status: "cancelled" }),
  capture("22T22:00", uah(498_00), { order: "4", id: "pi_4" }),
  refund("23T22:30", uah(98_00), { order: "4", id: "re_4", payment: "pi_4" }),
  another("5", "22T10:00", { email: "cancelled@example.com", totalMinor: 0 }),
  { ...another("6", "22T11:00", { totalMinor: 10_00 }), email: "" },
];
const rows = (metric: MetricTruth["metric"], store: string) =>
  oracle(november)
    .metrics.filter((row) => row.metric === metric && row.store === store)
    .map(({ day, numerator, denominator }) => `${day.replace("2026-11-", "")} ${numerator}/${denominator}`);

describe("the numbers, as the oracle sees them", () => {
  it("count orders on the days of their stores, cancelled ones out", () => {
    expect(rows("orders", "kyiv")).toEqual(["20 1/1", "21 1/1", "22 2/1", "total 4/1"]);
    expect(rows("orders", "york")).toEqual(["23 1/1", "total 1/1"]);
    expect(rows("revenue", "merchant")).toEqual([
      "20 49800/1",
      "21 10000/1",
      "22 1000/1",
      "23 5000/1",
      "total 65800/1",
    ]);
    expect(rows("average_order_value", "kyiv")).toEqual(["20 49800/1", "21 10000/1", "22 1000/2", "total 60800/4"]);
  });

  it("keep the money of cancelled orders, on the days on which it moved", () => {
    expect(rows("paid_revenue", "kyiv")).toEqual(["23 49800/1", "total 49800/1"]);
    expect(rows("refunds", "merchant")).toEqual(["24 9800/1", "total 9800/1"]);
  });

  it("know customers by their counted orders, of each store and of the merchant", () => {
    expect(oracle(november).customers).toEqual([["kyiv/1", "kyiv/2", "york/3"], ["kyiv/4", "kyiv/5"], ["kyiv/6"]]);
    expect(rows("customers_new", "merchant")).toEqual(["20 1/1", "22 2/1", "total 3/1"]);
    expect(rows("customers_new", "york")).toEqual(["23 1/1", "total 1/1"]);
    expect(rows("repeat_purchase_rate", "merchant")).toEqual(["20 1/1", "22 0/2", "total 1/3"]);
    expect(rows("repeat_purchase_rate", "york")).toEqual(["23 0/1", "total 0/1"]);
    expect(rows("lifetime_value", "merchant")).toEqual(["20 64800/1", "22 1000/2", "total 65800/3"]);
    expect(rows("lifetime_value", "kyiv")).toEqual(["20 59800/1", "22 1000/2", "total 60800/3"]);
    expect(rows("days_between_orders", "merchant")).toEqual(["21 1/1", "23 3/1", "total 4/2"]);
    expect(rows("days_between_orders", "kyiv")).toEqual(["21 1/1", "total 1/1"]);
  });
});

describe("two zones, as the oracle sees them", () => {
  it("leave no days between two orders, when the later one is placed on an earlier day", () => {
    const facts = [shop({ timeZone: "Asia/Tokyo" }), shop({ store: "york", timeZone: "America/New_York" })];
    const orders = [another("1", "20T16:00"), another("2", "20T17:00", { store: "york" })];
    const { metrics } = oracle([...facts, ...orders]);
    const between = metrics.filter(({ metric }) => metric === "days_between_orders");
    expect(between.map(({ day, numerator }) => [day, numerator])).toEqual([
      ["2026-11-20", 0],
      ["total", 0],
    ]);
    expect(metrics.find(({ metric }) => metric === "customers_new")).toMatchObject({ day: "2026-11-21" });
  });

  const [tokyo, york] = [{ timeZone: "Asia/Tokyo" }, { timeZone: "America/New_York" }];

  it.each([
    ["east", tokyo, york],
    ["west", york, tokyo],
  ])("count the days to two orders of one instant alike, also with the %s first", (_, here, there) => {
    const facts = [shop(here), shop({ store: "other", ...there })];
    const told = [another("1", "20T16:00"), another("2", "25T12:00"), another("3", "25T12:00", { store: "other" })];
    const { metrics } = oracle([...facts, ...told]);
    const days = metrics.filter(({ metric, store }) => metric === "days_between_orders" && store === "merchant");
    expect(days.map(({ numerator, denominator }) => `${numerator}/${denominator}`)).toEqual(["4/2", "4/2"]);
  });
});

describe("the mismatches, as the oracle sees them", () => {
  const told = (...facts: Fact[]) =>
    oracle(facts).mismatches.map(({ kind, subject, open, opened }) =>
      [kind, subject, open ? "open" : "", opened].filter(Boolean).join(" "),
    );
  const [simple, withHook] = [shop(), shop({ paymentHook: true })];
  const paid = capture("20T10:10", uah(498_00));

  it("are open while money does not agree, and may have been open before it did", () => {
    expect(told(simple, order("20T10:00"), capture("20T10:10", uah(400_00)))).toEqual([
      "amount_short kyiv/1 open must",
    ]);
    const rest = capture("20T18:00", uah(98_00), { id: "pi_2" });
    expect(told(simple, order("20T10:00"), capture("20T10:10", uah(400_00)), rest)).toEqual([
      "amount_short kyiv/1 may",
    ]);
    expect(told(simple, order("20T10:00"), paid, rest)).toEqual(["amount_over kyiv/1 open must"]);
  });

  it("tell of another currency beside what the order's own money says", () => {
    const foreign = [order("20T10:00"), capture("20T10:10", eur(1_00))];
    expect(told(simple, ...foreign)).toEqual(["currency kyiv/1 open must"]);
    const short = capture("20T11:00", uah(400_00), { id: "pi_2" });
    expect(told(simple, ...foreign, short)).toEqual(["amount_short kyiv/1 open must", "currency kyiv/1 open must"]);
    expect(told(withHook, ...foreign, order("20T12:00", claim("20T12:00")))).toEqual(["currency kyiv/1 open must"]);
    expect(told(simple, ...foreign, order("20T12:00", { status: "cancelled" }))).toEqual(["currency kyiv/1 open must"]);
  });

  it("tell two payments of one debt apart from too much, until one went back", () => {
    const again = capture("20T12:00", uah(498_00), { id: "pi_2" });
    const all = [simple, order("20T10:00"), paid, again];
    expect(told(...all)).toEqual(["duplicate_capture kyiv/1 open must"]);
    expect(told(...all, refund("20T13:00", uah(98_00)))).toEqual(["duplicate_capture kyiv/1 open must"]);
    expect(told(...all, refund("20T13:00", uah(498_00)))).toEqual(["duplicate_capture kyiv/1 may"]);
  });

  it("tell money of cancelled orders until all of it went back", () => {
    const cancelled = [simple, order("20T10:00"), paid, order("20T12:00", { status: "cancelled" })];
    expect(told(...cancelled)).toEqual(["paid_after_cancel kyiv/1 open must"]);
    expect(told(...cancelled, refund("20T13:00", uah(498_00)))).toEqual(["paid_after_cancel kyiv/1 may"]);
  });

  it("miss evidence of a claim where a provider's hook is there, and the order of a payment", () => {
    const claimed = order("20T10:00", claim("20T10:00"));
    expect(told(simple, claimed)).toEqual([]);
    expect(told(withHook, claimed)).toEqual(["missing_payment kyiv/1 open must"]);
    expect(told(withHook, claimed, paid)).toEqual(["missing_payment kyiv/1 may"]);
    expect(told(withHook, paid)).toEqual(["unknown_order kyiv/pi_1 open must"]);
    expect(told(withHook, paid, order("20T12:00"))).toEqual(["unknown_order kyiv/pi_1 may"]);
    expect(told(withHook, paid, order("20T10:00"))).toEqual([]);
  });
});

describe("the oracle", () => {
  const sources = ["oracle.ts", "oracle-order.ts"].map((name) => readFileSync(new URL(name, import.meta.url), "utf8"));

  it("is read in one sitting, and knows nothing of the product", () => {
    expect(sources.join("").split("\n").length).toBeLessThan(400);
    const known = sources.flatMap((source) => [...source.matchAll(/ from "(.+)";/g)].map(([, file]) => file));
    expect(new Set(known)).toEqual(new Set(["./facts.ts", "./oracle-order.ts", "./tally.ts"]));
    for (const file of ["facts.ts", "tally.ts"]) {
      expect(readFileSync(new URL(file, import.meta.url), "utf8")).not.toMatch(/ from "\.\./);
    }
  });

  it("says the same in whatever order it hears the facts", () => {
    const parcels = [
      parcel("20T11:00"),
      parcel("20T12:00", "cancelled"),
      parcel("20T13:00", "shipped", { id: "par_2" }),
    ];
    const nameless = capture("20T10:50", uah(2_00), { id: "pi_5", isNameless: true });
    const money = [capture("20T10:40", uah(1_00)), nameless, order("20T10:45", { transaction: "pi_5" })];
    const people = [move("20T10:30", "approval"), bounced("20T10:10")];
    const world = [...november, ...people, ...money, ...parcels.map(alone)];
    const truth = oracle(world);
    const shuffled = fc.shuffledSubarray(world, { minLength: world.length });
    fc.assert(
      fc.property(shuffled, (facts) => {
        expect(oracle(facts)).toEqual(truth);
      }),
      { numRuns: 200 },
    );
  });
});
