import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type HookAdapter, Unusable } from "../../../functions/adapters/adapter.ts";
import { paymentProviders } from "../../../functions/adapters/payments/index.ts";
import { platforms } from "../../../functions/adapters/platforms/index.ts";
import { readJson } from "../../../functions/shell/json.ts";
import { NOW } from "../../support/clock.ts";
import { days, translated } from "../../support/deliveries.ts";
import { rawOf, retold, type SenderName, senders } from "../../support/providers.ts";

/** Providers of the contract. */
const NAMES =
  "shopify woocommerce opencart stripe paypal liqpay wayforpay monobank fondy novaposhta ukrposhta easypost shippo " +
  "aftership binotel ringostat twilio turbosms ses telegram viber whatsapp ebay etsy generic";

function frozen<T>(value: T): T {
  for (const part of Object.values(value ?? {})) if (typeof part === "object") frozen(part);
  return Object.freeze(value);
}

/** What every adapter of a registry keeps to. */
function keepsTheContract(registry: Record<string, HookAdapter>, payments: boolean) {
  describe.each(Object.keys(registry) as SenderName[])("the adapter of %s", (name) => {
    const adapter = registry[name] as HookAdapter;
    const circumstances = { settings: {}, store: { country: "UA", currency: "UAH" }, now: NOW };

    it("has a name of the contract, and is of its registry's kind", () => {
      expect(NAMES.split(" ")).toContain(name);
      expect(adapter.payments).toBe(payments);
    });

    it("makes something of every delivery of a day", () => {
      const kinds = days[name].map((said) => translated(name, said).kind);
      expect(kinds).not.toContain("nothing");
      expect(kinds).toContain(payments ? "payment" : "order");
    });

    it("translates alike every time, and leaves the payload as it is", () => {
      for (const { topic, body } of days[name]) {
        const once = adapter.translate(frozen(readJson(rawOf(body))), { topic, ...circumstances });
        expect(adapter.translate(readJson(rawOf(body)), { topic, ...circumstances })).toEqual(once);
      }
    });

    it("says nothing about topics that it does not know, by whatever name", () => {
      for (const topic of ["products/update", "product.updated", "toString", "__proto__", "customer.deleted"]) {
        for (const said of days[name])
          expect(translated(name, retold(said, topic))).toEqual({ kind: "nothing", reason: "topic_not_used" });
      }
    });

    it.each([
      ["null", null],
      ["a list", []],
      ["a text", "order"],
      ["a number", 1],
      ["nothing in it", {}],
    ])("calls a payload that is %s unusable", (_, payload) => {
      for (const { topic } of days[name]) {
        expect(() => adapter.translate(payload, { topic, ...circumstances })).toThrow(Unusable);
      }
    });

    it("knows its settings, and no others", () => {
      expect(adapter.settings.safeParse({}).success).toBe(true);
      expect(adapter.settings.safeParse({ surprise: true }).success).toBe(false);
      expect(z.toJSONSchema(adapter.settings, { io: "input" })).toMatchObject({ additionalProperties: false });
    });

    it("reads what a delivery is about from headers of any form", () => {
      const subject = (headers: Record<string, string>) => adapter.subjectOf({ headers, raw: Buffer.alloc(0) });
      const told = senders[name].headersOf("orders/create");
      expect(subject({})).toEqual({});
      expect(subject(told).topic).toBe(Object.keys(told).length > 0 ? "orders/create" : undefined);
      const odd = Object.fromEntries(Object.keys(told).map((header) => [header, "<script>\u0000 a sentence"]));
      expect(subject(odd)).toEqual({});
    });
  });
}

keepsTheContract(platforms, false);
keepsTheContract(paymentProviders, true);
