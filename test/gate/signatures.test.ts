import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { beforeAll, describe, expect, it } from "vitest";
import { PREVIOUS_SECRET_MS } from "../../domain/hook/hook.ts";
import { adapterOf, providers } from "../../functions/adapters/registry.ts";
import { dispatch } from "../../functions/shell/dispatch.ts";
import { gate } from "../../functions/shell/gate.ts";
import { hooks } from "../../functions/table/hooks.ts";
import { NOW } from "../support/clock.ts";
import { httpEvent, responseOf } from "../support/http.ts";
import { type SenderName, senders, signedBy, type Wire } from "../support/providers.ts";
import { type Shop, shop } from "../support/receiving.ts";
import { entriesOf } from "../support/routes.ts";
import { openStore } from "../support/samples.ts";
import { origin } from "../support/world.ts";
import { chance } from "./chance.ts";
import { ANY, BODY, type Changed, OWN, type Signed } from "./forgeries.ts";

const entries = await entriesOf("webhooks");
const SAID = { topic: "orders/create", body: BODY };

const signedAs = (name: SenderName): Signed => {
  const { secret, header, sign } = senders[name];
  const wire = signedBy(name, SAID, NOW);
  const again = (raw: Buffer, by = secret) => sign(raw, by, NOW);
  return { ...wire, header, secret, signature: wire.headers[header] as string, sign: again };
};

/** A door with one hook of the provider, another store's hook of the same, and what is written. */
async function doorOf(name: SenderName) {
  const made = await shop();
  await openStore(made.table, "sto_2");
  const hookId = await made.connect(name);
  await made.connect(name, { secret: "of another store" }, "sto_2");
  const handler = dispatch(entries, gate, () => made.runtime);
  const knock = async ({ headers, raw }: Wire, event: Changed["event"] = {}) => {
    const request = { method: "POST", path: `/v1/hooks/${hookId}`, headers, body: raw };
    const told = { ...httpEvent(Object.keys(entries), request), ...event };
    return responseOf((await handler(told, {} as Context)) as APIGatewayProxyStructuredResultV2);
  };
  return { ...made, hookId, knock };
}

/** Changes a delivery; a header that is undefined is not sent. */
function changedBy(signed: Signed, { headers, raw }: Changed): Wire {
  const sent = Object.entries({ ...signed.headers, ...headers }).filter(([, value]) => value !== undefined);
  return { headers: Object.fromEntries(sent), raw: raw ?? signed.raw };
}

const writes = ({ table }: Shop) => table.counts.writes;

describe.each(providers)("a delivery that claims to be of %s", (name) => {
  const forgeries = [...ANY, ...(OWN[name] ?? [])];
  const signed = signedAs(name);
  let door: Awaited<ReturnType<typeof doorOf>>;

  beforeAll(async () => {
    door = await doorOf(name);
  });

  it("has at least 24 ways to be forged, each by a name of its own", () => {
    expect(new Set(forgeries.map(([what]) => what)).size).toBe(forgeries.length);
    expect(forgeries.length).toBeGreaterThanOrEqual(24);
  });

  it.each(forgeries)("is forged %s, and writes nothing", async (_, forge) => {
    const before = writes(door);
    const changed = forge(signed);
    const wire = changedBy(signed, changed);
    expect([wire.headers, wire.raw.toString("hex"), changed.event]).not.toEqual([
      ...[signed.headers, signed.raw.toString("hex"), undefined],
    ]);
    const answer = await door.knock(wire, changed.event);
    expect(answer).toMatchObject({ status: 401, body: { code: "bad_signature" } });
    expect(writes(door)).toBe(before);
  });

  it("is authentic as its provider signed it, so that the forgeries above differ by what they say", async () => {
    const { headers, raw } = signed;
    const named = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toUpperCase(), value]));
    const good: [Wire, Changed["event"]?][] = [
      [signed],
      [{ headers: named, raw }],
      [{ headers: { ...headers, "content-type": "text/plain", "content-encoding": "identity", cookie: "a=b" }, raw }],
      [signed, { body: raw.toString(), isBase64Encoded: false }],
      [signed, { body: raw.toString("base64"), isBase64Encoded: true }],
    ];
    for (const [wire, event] of good) expect((await door.knock(wire, event)).status).toBe(200);
  });

  it("is judged by the bytes, whatever they are", () => {
    const rubbish = Buffer.from([0xff, 0x00, 0xfe, 0x7b, 0x22]);
    const wire = signedBy(name, { ...SAID, body: rubbish }, NOW);
    expect(adapterOf(name).verify(wire, [signed.secret], NOW)).toBe("authentic");
  });

  it("is authentic under any of the hook's secrets, and forged where a hook has none", () => {
    const verdictOn = (...secrets: string[]) => adapterOf(name).verify(signed, secrets, NOW);
    expect([verdictOn("another", "one more", signed.secret), verdictOn()]).toEqual(["authentic", "forged"]);
  });

  it("is forged under a secret that was replaced a day ago, and nothing once its hook is gone", async () => {
    const own = await doorOf(name);
    const byOld = () => own.knock(signedBy(name, SAID, own.clock.now()));
    await own.runtime.get(hooks).change(own.hookId, { secret: "second" }, { origin: origin(), now: NOW });
    own.clock.advance(PREVIOUS_SECRET_MS - 1);
    expect((await byOld()).status).toBe(200);
    own.clock.advance(1);
    const before = writes(own);
    expect(await byOld()).toMatchObject({ status: 401, body: { code: "bad_signature" } });
    expect(writes(own)).toBe(before);
    await own.runtime.get(hooks).disconnect(own.hookId, origin(), own.clock.now());
    own.clock.advance(15_000);
    expect((await own.knock(signedBy(name, SAID, own.clock.now(), "second"))).status).toBe(404);
  });
});

const FLIPS = 10_000;

/** A copy of a delivery with one bit of its body or of its signature the other way round. */
function flipped(signed: Signed, below: (bound: number) => number): { wire: Wire; place: "body" | "signature" } {
  const { headers, header, signature, raw } = signed;
  if (below(2) === 0) {
    const copy = Buffer.from(raw);
    const at = below(copy.length);
    copy[at] = (copy[at] as number) ^ (1 << below(8));
    return { wire: { headers, raw: copy }, place: "body" };
  }
  const letters = Buffer.from(signature, "latin1");
  const at = below(letters.length);
  letters[at] = (letters[at] as number) ^ (1 << below(8));
  return { wire: { headers: { ...headers, [header]: letters.toString("latin1") }, raw }, place: "signature" };
}

describe.each(providers)(`${FLIPS} deliveries of %s in which a bit fell over`, (name) => {
  it("are forged, every one", () => {
    const signed = signedAs(name);
    const { below } = chance();
    const flips = { body: 0, signature: 0 };
    const accepted: Wire[] = [];
    for (let flip = 0; flip < FLIPS; flip += 1) {
      const { wire, place } = flipped(signed, below);
      flips[place] += 1;
      if (adapterOf(name).verify(wire, [signed.secret, "another"], NOW) !== "forged") accepted.push(wire);
    }
    expect(accepted).toEqual([]);
    expect(Math.min(flips.body, flips.signature)).toBeGreaterThan(FLIPS / 3);
  });
});

describe("a delivery of Stripe", () => {
  it("is authentic by any one of several signatures, as while a secret is changed", () => {
    const { header, signature, raw, secret } = signedAs("stripe");
    const [time, good] = signature.split(",");
    const several = `${time},v1=${"0".repeat(64)},${good},v0=${"f".repeat(64)}`;
    expect(adapterOf("stripe").verify({ headers: { [header]: several }, raw }, [secret], NOW)).toBe("authentic");
  });

  it("may be five minutes late or early", () => {
    const { header, raw, secret } = signedAs("stripe");
    for (const ms of [-300_000, 300_000]) {
      const signature = senders.stripe.sign(raw, secret, new Date(Date.parse(NOW) + ms).toISOString());
      expect(adapterOf("stripe").verify({ headers: { [header]: signature }, raw }, [secret], NOW)).toBe("authentic");
    }
  });
});

describe("a ping of WooCommerce", () => {
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const judged = (headers: Record<string, string>, text: string) =>
    adapterOf("woocommerce").verify({ headers, raw: Buffer.from(text) }, ["s"], NOW);

  it("is a form with the webhook's number alone, and signs nothing", () => {
    expect(judged(form, "webhook_id=12")).toBe("ping");
    expect(judged({ "content-type": `${form["content-type"]}; charset=UTF-8` }, "webhook_id=1")).toBe("ping");
  });

  it.each([
    ["JSON", { "content-type": "application/json" }, "webhook_id=12"],
    ["a form with more in it", form, "webhook_id=12&order=1"],
    ["a form with a line behind it", form, "webhook_id=12\n"],
    ["a number that is none", form, "webhook_id=12x"],
    ["signed, but wrongly", { ...form, "x-wc-webhook-signature": "AAAA" }, "webhook_id=12"],
    ["signed by nothing", { ...form, "x-wc-webhook-signature": "" }, "webhook_id=12"],
  ])("is none when it is %s", (_, headers, text) => {
    expect(judged(headers, text)).toBe("forged");
  });
});
