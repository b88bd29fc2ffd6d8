import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { adapterOf, providers } from "../../../functions/adapters/registry.ts";
import { NOW } from "../../support/clock.ts";
import { type SenderName, senders, signedBy, type Wire } from "../../support/providers.ts";

const SAID = { topic: "orders/create", body: '{"id":5820982911946154508,"note":"Ünïcode"}' };
const T = Math.floor(Date.parse(NOW) / 1_000);

type Forgery = [what: string, forge: (wire: Wire, header: string, secret: string) => Wire];

const withHeader = (wire: Wire, header: string, value: string): Wire => ({
  ...wire,
  headers: { ...wire.headers, [header]: value },
});
const change =
  (to: (signature: string, raw: Buffer, secret: string) => string) =>
  (wire: Wire, header: string, secret: string): Wire =>
    withHeader(wire, header, to(wire.headers[header] as string, wire.raw, secret));
const body = (to: (raw: Buffer) => Buffer) => (wire: Wire) => ({ ...wire, raw: to(wire.raw) });
const sha256 = (secret: string, bytes: string | Buffer) => createHmac("sha256", secret).update(bytes);

const ANY: Forgery[] = [
  ["without a signature", ({ raw }) => ({ headers: {}, raw })],
  ["with an empty signature", change(() => "")],
  ["with its signature twice", change((signature) => `${signature},${signature}`)],
  ["with two signatures as a list", change((signature) => `${signature}, ${signature}`)],
  ["with a cut signature", change((signature) => signature.slice(0, -2))],
  ["with more behind its signature", change((signature) => `${signature}A`)],
  ["with a signature of enormous length", change((signature) => signature.repeat(10_000))],
  ["with another byte in its body", body((raw) => Buffer.from(raw.map((byte, at) => (at === 5 ? byte ^ 1 : byte))))],
  ["with a new line behind its body", body((raw) => Buffer.concat([raw, Buffer.from("\n")]))],
  ["with its body written anew", body((raw) => Buffer.from(JSON.stringify(JSON.parse(raw.toString()))))],
  ["without its body", body(() => Buffer.alloc(0))],
];

const BASE64: Forgery[] = [
  ["in hexadecimal digits", change((_, raw, secret) => sha256(secret, raw).digest("hex"))],
  ["in the alphabet for addresses", change((_, raw, secret) => sha256(secret, raw).digest("base64url"))],
  ["with a space before its signature", change((signature) => ` ${signature}`)],
  ["with another spelling of the same bytes", change((signature) => respelled(signature))],
  ["with the name of the algorithm", change((signature) => `sha256=${signature}`)],
  ["signed by SHA-1", change((_, raw, secret) => createHmac("sha1", secret).update(raw).digest("base64"))],
  ["signed by a hash without a key", change((_, raw) => createHash("sha256").update(raw).digest("base64"))],
  ["with the signature of nothing", change((_, __, secret) => sha256(secret, "").digest("base64"))],
  ["signed with no secret", change((_, raw) => sha256("", raw).digest("base64"))],
];

/** The last letter carries bits that no byte needs; other ones decode to the same bytes. */
function respelled(signature: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const last = alphabet.indexOf(signature[42] as string);
  return `${signature.slice(0, 42)}${alphabet[last ^ 1]}=`;
}

const timed = (at: number | string, raw: Buffer, secret: string, more = "") =>
  `t=${at},v1=${sha256(secret, Buffer.concat([Buffer.from(`${at}.`), raw])).digest("hex")}${more}`;

const STRIPE: Forgery[] = [
  ["five minutes and a second late", change((_, raw, secret) => timed(T - 301, raw, secret))],
  ["five minutes and a second early", change((_, raw, secret) => timed(T + 301, raw, secret))],
  ["with another time than the signed one", change((signature) => signature.replace(`t=${T}`, `t=${T + 1}`))],
  ["with two times", change((_, raw, secret) => timed(T, raw, secret, `,t=${T}`))],
  ["without a time", change((signature) => signature.replace(/^t=\d+,/, ""))],
  ["with a time that is no number", change((_, raw, secret) => timed(`${T}x`, raw, secret))],
  ["with an empty time", change((_, raw, secret) => timed("", raw, secret))],
  ["signed by the scheme for tests alone", change((signature) => signature.replace("v1=", "v0="))],
  ["signed without its time", change((_, raw, secret) => `t=${T},v1=${sha256(secret, raw).digest("hex")}`)],
  ["with an empty signature beside its time", change(() => `t=${T},v1=`)],
  ["in upper case", change((signature) => signature.replace(/v1=.*/, (one) => `v1=${one.slice(3).toUpperCase()}`))],
  ["signed by the secret without its prefix", change((_, raw, secret) => timed(T, raw, secret.replace("whsec_", "")))],
  [
    "with its signature behind ten others",
    change((_, raw, secret) => {
      return timed(T, raw, secret).replace(",v1=", `${`,v1=${"0".repeat(64)}`.repeat(10)},v1=`);
    }),
  ],
];

/** What can be wrong with one provider's own way of signing, beside what can be with any. */
const own: Partial<Record<SenderName, Forgery[]>> = { shopify: BASE64, woocommerce: BASE64, stripe: STRIPE };

const verdictOn = (name: SenderName, wire: Wire, secrets: readonly string[]) =>
  adapterOf(name).verify(wire, secrets, NOW);

describe.each(providers)("a delivery that claims to be of %s", (name) => {
  const { secret, header } = senders[name];
  const wire = () => signedBy(name, SAID, NOW);

  it("is authentic under any of the hook's secrets", () => {
    expect(verdictOn(name, wire(), [secret])).toBe("authentic");
    expect(verdictOn(name, wire(), ["another", "one more", secret])).toBe("authentic");
  });

  it("is forged under other secrets, and where a hook has none", () => {
    expect(verdictOn(name, wire(), [`${secret} `])).toBe("forged");
    expect(verdictOn(name, wire(), [])).toBe("forged");
  });

  it.each([...ANY, ...(own[name] ?? [])])("is forged %s", (_, forge) => {
    const forged = forge(wire(), header, secret);
    expect(forged).not.toEqual(wire());
    expect(verdictOn(name, forged, [secret])).toBe("forged");
  });

  it("is judged by the bytes, whatever they are", () => {
    const rubbish = Buffer.from([0xff, 0x00, 0xfe, 0x7b, 0x22]);
    expect(verdictOn(name, signedBy(name, { ...SAID, body: rubbish }, NOW), [secret])).toBe("authentic");
  });
});

describe("a delivery of Stripe", () => {
  it("is authentic by any one of several signatures, as while a secret is changed", () => {
    const { headers, raw } = signedBy("stripe", SAID, NOW);
    const { secret, header } = senders.stripe;
    const [time, good] = (headers[header] as string).split(",");
    const several = `${time},v1=${"0".repeat(64)},${good},v0=${"f".repeat(64)}`;
    expect(verdictOn("stripe", { headers: { [header]: several }, raw }, [secret])).toBe("authentic");
  });
});

describe("a ping of WooCommerce", () => {
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const judged = (headers: Record<string, string>, text: string) =>
    verdictOn("woocommerce", { headers, raw: Buffer.from(text) }, ["s"]);

  it("is a form with the webhook's number alone, and signs nothing", () => {
    expect(judged(form, "webhook_id=12")).toBe("ping");
    expect(judged({ "content-type": `${form["content-type"]}; charset=UTF-8` }, "webhook_id=1")).toBe("ping");
  });

  it.each([
    ["JSON", { "content-type": "application/json" }, "webhook_id=12"],
    ["a form with more in it", form, "webhook_id=12&order=1"],
    ["a number that is none", form, "webhook_id=12x"],
    ["signed, but wrongly", { ...form, "x-wc-webhook-signature": "AAAA" }, "webhook_id=12"],
  ])("is none when it is %s", (_, headers, text) => {
    expect(judged(headers, text)).toBe("forged");
  });
});
