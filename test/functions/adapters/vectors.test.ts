import { describe, expect, it } from "vitest";
import { adapterOf } from "../../../functions/adapters/registry.ts";
import { fixture, hasFixtures } from "../../support/fixtures.ts";

const judge = (provider: string, headers: Record<string, string>, raw: string, secrets: string[], now = "") =>
  adapterOf(provider).verify({ headers, raw: Buffer.from(raw) }, secrets, now);

describe.skipIf(!hasFixtures)("a published example of a signature", () => {
  it("of Shopify's own library is authentic under the new secret and under the old one", () => {
    const { secret, old_secret: old, body, hmac_base64, hmac_old } = fixture("shopify/vector").app_test;
    const signed = (signature: string, secrets: string[]) =>
      judge("shopify", { "x-shopify-hmac-sha256": signature }, body, secrets);
    expect(signed(hmac_base64, [secret])).toBe("authentic");
    expect(signed(hmac_old, [secret, old])).toBe("authentic");
    expect(signed(hmac_old, [secret])).toBe("forged");
  });

  it("of Shopify over a body with an id beyond 2^53 is authentic", () => {
    const { secret, body, hmac_base64 } = fixture("shopify/vector").constructed;
    expect(judge("shopify", { "x-shopify-hmac-sha256": hmac_base64 }, body, [secret])).toBe("authentic");
  });

  it("of WooCommerce over an order as PHP writes it is authentic", () => {
    const { secret, "X-WC-Webhook-Signature": signature } = fixture("woocommerce/vector");
    const raw = JSON.stringify(fixture("woocommerce/order.created"));
    expect(judge("woocommerce", { "x-wc-webhook-signature": signature }, raw, [secret])).toBe("authentic");
    expect(judge("woocommerce", { "x-wc-webhook-signature": signature }, `${raw} `, [secret])).toBe("forged");
  });

  it("of Stripe is authentic within five minutes of its time", () => {
    const { secret, body, timestamp, "Stripe-Signature": signature } = fixture("stripe/vector");
    const at = (seconds: number) => new Date((timestamp + seconds) * 1_000).toISOString();
    const verdicts = [-301, -300, 0, 300, 301].map((late) =>
      judge("stripe", { "stripe-signature": signature }, body, [secret], at(late)),
    );
    expect(verdicts).toEqual(["forged", "authentic", "authentic", "authentic", "forged"]);
  });
});
