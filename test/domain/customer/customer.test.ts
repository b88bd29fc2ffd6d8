import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Consent,
  type CustomerCommand,
  customer,
  hasConsent,
  hasWithdrawn,
  MERGE_CANDIDATES_MAX,
} from "../../../domain/customer/customer.ts";
import { fold } from "../../../domain/kernel/decider.ts";
import type { CustomerEvent, Purchase } from "../../../events/customer.ts";
import { NOW } from "../../support/clock.ts";
import { converges } from "../../support/convergence.ts";
import { given } from "../../support/given.ts";
import { minute } from "../../support/order-facts.ts";
import { PLACED_AT } from "../../support/samples.ts";

const created: CustomerEvent = { type: "customer.created", at: NOW, data: { customerId: "cus_1", placeholder: false } };
const unknown: CustomerEvent = { ...created, data: { customerId: "cus_1", placeholder: true } };

const introduce = (
  part: Partial<Extract<CustomerCommand, { type: "customer.introduce" }>["data"]> = {},
): CustomerCommand => ({
  type: "customer.introduce",
  at: NOW,
  data: { customerId: "cus_1", placeholder: false, test: false, identified: [], fields: [], ...part },
});

const consent = (granted: boolean, decidedAt: string, source = "checkout"): Consent => ({
  channel: "email",
  purpose: "marketing",
  granted,
  decidedAt,
  source,
});
const decide = (data: Consent): CustomerCommand => ({ type: "customer.decide_consent", at: NOW, data });

const purchase = (part: Partial<Purchase> = {}): Purchase => ({
  orderId: "ord_1",
  storeId: "sto_1",
  placedAt: PLACED_AT,
  day: "2026-11-20",
  totalMinor: 498_00,
  currency: "UAH",
  counted: true,
  paid: false,
  ...part,
});
const record = (part: Partial<Purchase> = {}): CustomerCommand => ({
  type: "customer.record_purchase",
  at: NOW,
  data: { purchase: purchase(part) },
});

describe("a customer", () => {
  it("is met once", () =>
    given(customer)
      .when(introduce())
      .isDecided({ type: "customer.created", data: { placeholder: false } })
      .leaves({ customerId: "cus_1", createdAt: NOW }));

  it("is of the mode that met them, whoever tells of them later", () =>
    given(customer)
      .when(introduce({ test: true }))
      .isDecided({ type: "customer.created", data: { test: true } })
      .when(introduce({ fields: ["firstName"] }))
      .leaves({ test: true }));

  it("is a placeholder until something identifies them", () =>
    given(customer)
      .when(introduce({ placeholder: true }))
      .isDecided("customer.created")
      .leaves({ placeholder: true })
      .when(introduce({ identified: ["email", "phone"] }))
      .leaves({ placeholder: false }));

  it("is told of once for each kind of identity and once for all attributes", () => {
    const events = customer.decide(introduce({ identified: ["email", "email", "phone"], fields: ["firstName"] }), {
      ...fold(customer, [unknown]),
    });
    expect(events.map(({ type }) => type)).toEqual(["customer.identified", "customer.identified", "customer.updated"]);
  });

  it("has nothing before they are met", () => {
    given(customer).when(record()).isRejected("customer_not_found");
    given(customer)
      .when(decide(consent(true, NOW)))
      .isRejected("customer_not_found");
  });
});

describe("the purchases of a customer", () => {
  it("hold each order once, as it now stands, oldest first", () =>
    given(customer, created)
      .when(record())
      .isDecided("customer.purchase_recorded")
      .when(record({ orderId: "ord_0", day: "2026-11-19", placedAt: "2026-11-19T10:00:00.000Z" }))
      .isDecided("customer.purchase_recorded")
      .when(record({ paid: true }))
      .isDecided("customer.purchase_recorded")
      .leaves({ purchases: [{ orderId: "ord_0" }, { orderId: "ord_1", paid: true }] }));

  it("lose an order that went to another card, once", () => {
    const remove: CustomerCommand = { type: "customer.remove_purchase", at: NOW, data: { orderId: "ord_1" } };
    given(customer, created).when(remove).changesNothing();
    given(customer, created)
      .when(record())
      .when(remove)
      .isDecided("customer.purchase_removed")
      .leaves({ purchases: [] });
  });
});

describe("a consent", () => {
  it("is what was decided last, whenever it is heard", () => {
    given(customer, created)
      .when(decide(consent(true, minute(5))))
      .isDecided("customer.consent_changed")
      .when(decide(consent(false, minute(4))))
      .changesNothing()
      .when(decide(consent(false, minute(6))))
      .isDecided("customer.consent_changed")
      .leaves({ consents: { "email:marketing": { granted: false } } });
  });

  it("is withdrawn when it was granted and withdrawn at one instant", () => {
    const both = [decide(consent(true, minute(5))), decide(consent(false, minute(5)))];
    for (const commands of [both, [...both].reverse()]) {
      const state = commands.reduce(
        (known, one) => fold(customer, customer.decide(one, known), known),
        fold(customer, [created]),
      );
      expect(hasWithdrawn(state, "email", "marketing")).toBe(true);
    }
  });

  it("is not there while nobody was asked: silence is neither consent nor withdrawal", () => {
    const { state } = given(customer, created);
    expect(hasConsent(state, "email", "marketing")).toBe(false);
    expect(hasWithdrawn(state, "email", "marketing")).toBe(false);
  });

  it("holds for its channel and purpose alone", () => {
    const { state } = given(customer, created).when(decide(consent(true, NOW)));
    expect(hasConsent(state, "email", "marketing")).toBe(true);
    expect(hasConsent(state, "sms", "marketing")).toBe(false);
    expect(hasConsent(state, "email", "transactional")).toBe(false);
  });
});

describe("cards that may be one person", () => {
  const suggest = (otherCustomerId: string): CustomerCommand => ({
    type: "customer.suggest_merge",
    at: NOW,
    data: { otherCustomerId },
  });

  it("are suggested once, and never a card with itself", () =>
    given(customer, created)
      .when(suggest("cus_1"))
      .changesNothing()
      .when(suggest("cus_2"))
      .isDecided("customer.merge_suggested")
      .leaves({ mergeCandidates: ["cus_2"] }));

  it("are remembered up to a limit, and no retry changes who", () => {
    const all = Array.from({ length: MERGE_CANDIDATES_MAX + 3 }, (_, index) => suggest(`cus_x${index}`));
    const state = all.reduce(
      (known, one) => fold(customer, customer.decide(one, known), known),
      fold(customer, [created]),
    );
    expect(state).toMatchObject({ mergeCandidates: { length: MERGE_CANDIDATES_MAX } });
    for (const one of all) expect(customer.decide(one, state)).toEqual([]);
  });
});

describe("what is told of a customer", () => {
  it("gives one state whatever the order of arrival and however often it comes", () => {
    const anyConsent = fc
      .record({
        channel: fc.constantFrom("email" as const, "sms" as const),
        granted: fc.boolean(),
        decidedAt: fc.nat(4).map(minute),
        source: fc.constantFrom("checkout", "import"),
      })
      .map((one) => decide({ purpose: "marketing", ...one }));
    const anySuggestion = fc
      .constantFrom("cus_2", "cus_3")
      .map(
        (otherCustomerId): CustomerCommand => ({ type: "customer.suggest_merge", at: NOW, data: { otherCustomerId } }),
      );
    // Each order stands as it stands: what it means is decided with the order, never by the arrival here.
    const anyPurchase = fc.nat(4).map((index) => record({ orderId: `ord_${index}`, day: `2026-11-1${index % 2}` }));
    converges(fc.oneof(anyConsent, anySuggestion, anyPurchase), (commands) => {
      const state = commands.reduce(
        (known, one) => fold(customer, customer.decide(one, known), known),
        fold(customer, [created]),
      );
      if (state.status === "absent") return state;
      return { ...state, mergeCandidates: [...state.mergeCandidates].sort() };
    });
  });
});
