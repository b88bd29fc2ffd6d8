import { describe, expect, it } from "vitest";
import { orderIn, translated } from "../../support/deliveries.ts";
import { wooCustomer, wooOrder } from "../../support/samples/woocommerce.ts";
import { uah } from "../../support/samples.ts";

const order = (part: Record<string, unknown> = {}) =>
  orderIn("woocommerce", { topic: "order.updated", body: wooOrder(part) });
const report = (topic: string, body: unknown) => translated("woocommerce", { topic, body });

describe("an order of WooCommerce", () => {
  it("is told with its money, lines, buyer and source", () => {
    const { order: told, snapshot, names, transactions } = order();
    expect(told).toMatchObject({
      externalId: "2727",
      version: { at: "2026-11-20T08:00:02.000Z" },
      claim: { provider: "woocommerce", amountMinor: 0 },
      refunds: [],
    });
    expect(snapshot).toEqual({
      ...{ externalId: "2727", number: "W-2727", status: "new" },
      ...{ placedAt: "2026-11-20T08:00:00.000Z", updatedAt: "2026-11-20T08:00:02.000Z" },
      customer: {
        ...{ externalId: "25", email: "taras@example.com", phone: "+380502223344" },
        ...{ firstName: "Taras", lastName: "Melnyk", locale: "uk" },
      },
      lines: [
        { externalId: "1", sku: "TEA", name: "Tea – «Alpine»", ...priced(3, 3_34, 2) },
        { externalId: "2", name: "Honey & nuts", ...priced(1, 12_00, 2_00) },
        { name: "Gift wrap", quantity: 1, unitPrice: uah(1_50) },
      ],
      shipping: {
        ...{ method: "nova_poshta", price: uah(10_00) },
        address: { country: "UA", region: "UA46", city: "Lviv", line1: "Ivana Franka 5", postalCode: "79000" },
      },
      ...{ discount: uah(0), tax: uah(3_35), total: uah(34_85) },
      ...{ paymentMethod: "stripe", paymentTiming: "prepaid", orderMethod: "site", couponCode: "honey2" },
      source: { utm: { source: "google", medium: "cpc" } },
      automations: "all",
    });
    expect(names).toEqual(["2727", "W-2727"]);
    expect(transactions).toEqual([]);
  });

  it.each([
    ["pending", "new"],
    ["on-hold", "approval"],
    ["processing", "processing"],
    ["completed", "completed"],
    ["cancelled", "cancelled"],
    ["failed", undefined],
    ["refunded", undefined],
    ["wc-packed", undefined],
    ["trash", undefined],
  ])("that is %s has the stage %s", (status, stage) => {
    expect(order({ status }).snapshot.status).toBe(stage);
  });

  it.each(["checkout-draft", "auto-draft"])("that is a %s is none yet", (status) => {
    expect(report("order.created", wooOrder({ status }))).toEqual({ kind: "nothing", reason: "draft" });
  });

  it("claims its total from when it was paid", () => {
    expect(order({ date_paid_gmt: "2026-11-20T08:00:02" }).order.claim).toEqual({
      ...{ provider: "woocommerce", amountMinor: 34_85, at: "2026-11-20T08:00:02.000Z" },
    });
  });

  it("is further along when it is paid in the second in which it was placed", () => {
    const paid = { status: "processing", date_paid_gmt: "2026-11-20T08:00:02" };
    const [before, after] = [order(), order(paid)].map(({ order: told }) => told.version);
    expect(before?.at).toBe(after?.at);
    expect([after?.hash, before?.hash].sort()).toEqual([before?.hash, after?.hash]);
  });

  it("tells its refunds as claims that keep their version while the order goes on", () => {
    const refunds = [{ id: 90, reason: "", total: "-10.00" }];
    const [first, later] = ["2026-11-22T08:00:00", "2026-11-25T08:00:00"].map(
      (date_modified_gmt) => order({ refunds, date_modified_gmt }).order.refunds?.[0],
    );
    expect(first).toMatchObject({
      ...{ key: "woocommerce:90", amount: uah(10_00), basis: "claim" },
      refundedAt: "2026-11-22T08:00:00.000Z",
    });
    expect(later).toEqual({ ...first, refundedAt: "2026-11-25T08:00:00.000Z" });
  });

  it("has fees as lines, and a negative one as a discount", () => {
    const { snapshot } = order({ fee_lines: [{ name: "Loyal", total: "-2.50" }, { total: "1.00" }] });
    expect(snapshot.discount).toEqual(uah(2_50));
    expect(snapshot.lines.at(-1)).toEqual({ name: "-", quantity: 1, unitPrice: uah(1_00) });
  });

  it("sells goods by weight as one piece", () => {
    const line_items = [{ id: 1, name: "Cheese", quantity: 0.35, subtotal: "70.00", total: "63.00" }];
    expect(order({ line_items }).snapshot.lines[0]).toMatchObject(priced(1, 70_00, 7_00));
  });

  it("counts in the minor unit of its currency, and rounds only lines that are finer", () => {
    const line_items = [{ id: 1, name: "Sugar", quantity: 1, subtotal: "3.335", total: "3.335" }];
    expect(order({ line_items, fee_lines: [] }).snapshot.lines[0]).toMatchObject(priced(1, 3_34, 0));
    expect(() => order({ total: "34.855" })).toThrow(expect.objectContaining({ code: "money_not_exact" }));
    expect(order({ currency: "JPY", total: "3485" }).snapshot.total).toEqual({ amountMinor: 3485, currency: "JPY" });
  });

  it("asks for money at the door by its method or by what the buyer read", () => {
    const timing = (payment_method: string, payment_method_title = "", company = "") =>
      order({ payment_method, payment_method_title, billing: { company } }).snapshot.paymentTiming;
    expect(timing("cod")).toBe("on_delivery");
    expect(timing("alg_custom_gateway_1", "Післяплата (наложений платіж)")).toBe("on_delivery");
    expect(timing("bacs")).toBe("prepaid");
    expect(timing("bacs", "", "TOV Kvitka")).toBe("invoice");
  });

  it("of a guest has no id of a customer", () => {
    expect(order({ customer_id: 0 }).snapshot.customer).not.toHaveProperty("externalId");
  });

  it("names the transaction that paid it, if it looks like one", () => {
    expect(order({ transaction_id: "pi_3MtwBwLkdIwHu7ix28a3tqPa" }).transactions).toHaveLength(1);
    for (const transaction_id of ["", "n/a", "paid in cash by hand"]) {
      expect(order({ transaction_id }).transactions).toEqual([]);
    }
  });

  it("reads names as WordPress wrote them for HTML", () => {
    const name = (text: string) => order({ line_items: [{ name: text, total: "1" }] }).snapshot.lines[0]?.name;
    expect(name("Tea &#8211; &#x2116;5 &quot;L&quot; &unknown; &#xD800; AT&amp;T")).toBe(
      'Tea – №5 "L" &unknown; &#xD800; AT&T',
    );
    expect(name("&nbsp;")).toBe("-");
  });

  it("that was deleted stays", () => {
    expect(report("order.deleted", { id: 2727 })).toEqual({ kind: "nothing", reason: "deleted_orders_stay" });
  });
});

const priced = (quantity: number, unit: number, discount: number) => ({
  quantity,
  unitPrice: uah(unit),
  discount: uah(discount),
});

describe("a customer of WooCommerce", () => {
  it("is told with what identifies them", () => {
    expect(report("customer.created", wooCustomer())).toEqual({
      kind: "customer",
      toldAt: "2026-11-20T07:59:00.000Z",
      contact: {
        ...{ externalId: "25", email: "taras@example.com", phone: "+380502223344" },
        ...{ firstName: "Taras", lastName: "Melnyk" },
      },
    });
  });
});
