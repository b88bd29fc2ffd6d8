import { beforeAll, describe, expect, it } from "vitest";
import { readJson } from "../../functions/shell/json.ts";
import type { As, Request, Response } from "../support/http.ts";
import { PLACED_AT, uah } from "../support/samples.ts";
import { BOMBS, NAUGHTY, NAUGHTY_TEXTS, placesIn, replacedAt, UNREADABLE } from "./hostile.ts";
import { type Merchant, merchant, orderBody } from "./merchant.ts";
import { RIGHTLY } from "./requests.ts";
import { entries } from "./whole.ts";

/** The largest answer that a refusal may be, in bytes: as much as was sent is never sent back. */
const REFUSAL_MAX = 512 * 1024;

let shop: Merchant;
beforeAll(async () => {
  shop = await merchant();
});

const OWNER: As = "owner";
const routesWith = (part: "body" | "query") =>
  Object.keys(RIGHTLY).filter((on) => entries[on]?.route[part] && entries[on]?.roles !== "public");
const right = (on: string) => RIGHTLY[on]?.(shop.a) as Request;

/** Places of a body that are tried with every value. */
const PLACES_WHOLE = 8;

/** Many requests in one test: on a busy machine they take their time. */
const BUSY = { timeout: 60_000 };

/** What is known and kept, as a number that moves with every write. */
const written = () => shop.table.counts.writes + shop.bucket.objects.size + shop.seen.bus.length;

const NATIVE = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));

/** Never a fault; a refusal is a problem of bounded size that wrote nothing. */
function expectSound(what: string, { status, body, text, headers }: Response, writes: number): void {
  expect(status, `${what}: ${text.slice(0, 500)}`).toBeLessThan(500);
  if (status < 400) return;
  expect(written(), `${what} wrote`).toBe(writes);
  expect(headers["content-type"], what).toBe("application/problem+json");
  expect(body.code, what).toMatch(/^[a-z0-9_]{3,60}$/);
  expect(text.length, what).toBeLessThan(REFUSAL_MAX);
}

async function sent(what: string, request: Request): Promise<Response> {
  const before = written();
  const answer = await shop.ask({ as: OWNER, ...request });
  expectSound(what, answer, before);
  return answer;
}

describe.each(routesWith("query"))("the query of %s", (on) => {
  it("with anything in any place is answered or refused", BUSY, async () => {
    const [path = ""] = right(on).path.split("?");
    const shape = Object.keys((entries[on]?.route.query as { shape?: object })?.shape ?? {});
    for (const name of [...shape, "constructor", "__proto__"]) {
      for (const [what, text] of NAUGHTY_TEXTS) {
        const query = `${name}=${encodeURIComponent(text)}`;
        for (const all of [query, `${query}&${query}`]) await sent(`${on} with ${what}`, { path: `${path}?${all}` });
      }
    }
    const answer = await sent(on, { path: `${path}?surprise=1` });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer: "/query/surprise" }));
  });
});

describe("a header", () => {
  const path = () => `/v1/orders/${shop.a.orderId}/payments`;
  const body = { externalId: "p-h", provider: "manual", amount: uah(1), capturedAt: PLACED_AT };

  it.each(["idempotency-key", "if-match", "content-type", "content-encoding", "x-forwarded-proto", "host"])(
    "%s with anything in it is taken or refused",
    async (header) => {
      for (const [name, text] of NAUGHTY_TEXTS) {
        await sent(`${header} with ${name}`, { path: path(), body, headers: { [header]: text } });
      }
      await shop.settle();
    },
  );
});

/** What is refused before a route sees it is tried once. */
function isReadable([, body]: readonly [name: string, body: string]): boolean {
  try {
    readJson(Buffer.from(body));
    return true;
  } catch {
    return false;
  }
}

describe("a bomb of a megabyte", () => {
  const lines = Array.from({ length: 2_000 }, (_, index) => ({
    ...{ sku: `SKU-${index}`, name: `${"Чай ".repeat(60)}${index}`, unitPrice: uah(1_00) },
  }));
  const heaviest = orderBody("heaviest", { lines, total: uah(2_000_00) });

  /** How much longer than the largest order that is taken a request may take. */
  const RATIO_MAX = 5;
  /** Every route gets each third of what can be read, and orders all there is. */
  const SHARE = 3;

  /** Time of the processor: how busy the machine is makes no difference. */
  const msOf = async (request: Request) => {
    const started = process.cpuUsage();
    const answer = await shop.ask({ as: OWNER, ...request });
    const { user, system } = process.cpuUsage(started);
    return { answer, ms: (user + system) / 1_000 };
  };

  it("takes no longer than some large orders, on any route, and is refused", BUSY, async () => {
    const bodies = [0, 1, 2].map((n) => ({ ...heaviest, externalId: `heaviest-${n}`, storeId: shop.a.storeId }));
    const normal = [];
    for (const body of bodies) {
      const { answer, ms } = await msOf({ path: "/v1/orders", body });
      expect(answer.status, answer.text).toBe(201);
      normal.push(ms);
    }
    const usual = normal.sort((a, b) => a - b)[1] as number;
    const readable = BOMBS.filter(isReadable);
    const slow: string[] = [];
    for (const [number, on] of routesWith("body").entries()) {
      const share = readable.filter((_, index) => index % SHARE === number % SHARE);
      for (const [name, body] of on === "POST /v1/orders" ? BOMBS : share) {
        expect(Buffer.byteLength(body), name).toBeLessThanOrEqual(1_048_576);
        const before = written();
        const { answer, ms } = await msOf({ ...right(on), body });
        expectSound(`${on} with ${name}`, answer, before);
        expect(answer.status, `${on} with ${name}`).toBe(400);
        if (ms > RATIO_MAX * usual)
          slow.push(`${on} with ${name}: ${Math.round(ms)} ms; usual ${Math.round(usual)} ms`);
      }
    }
    expect(slow).toEqual([]);
  });

  it("and a byte is too much for every route", async () => {
    for (const on of routesWith("body")) {
      const answer = await sent(on, { ...right(on), body: `"${"x".repeat(1_048_575)}"` });
      expect(answer).toMatchObject({ status: 413, body: { code: "body_too_large" } });
    }
  });
});

describe.each(routesWith("body"))("the body of %s", (on) => {
  it.each(UNREADABLE)("that is %s is refused", async (name, body) => {
    const answer = await sent(name, { ...right(on), body });
    expect(answer.status, answer.text).toBe(400);
  });

  it("with anything in any place is taken or refused, and what is taken is carried on", BUSY, async () => {
    const { body, ...request } = right(on);
    const statuses = new Set<number>();
    const places = placesIn(body);
    // Where there are many places of a kind, each has its share of the values.
    const share = Math.ceil(places.length / PLACES_WHOLE);
    for (const [number, path] of places.entries()) {
      for (const [name, json] of NAUGHTY.filter((_, index) => (index + number) % share === 0)) {
        const what = `${on} with ${name} at ${path.join(".")}`;
        statuses.add((await sent(what, { ...request, body: replacedAt(body, path, json) })).status);
      }
    }
    expect([...statuses]).toContain(400);
    await shop.settle();
    expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(NATIVE);
    expect("isAdmin" in {}).toBe(false);
  });

  it("with a field that it does not have is refused, with a pointer to it", async () => {
    const { body, ...request } = right(on);
    // Two of them are refused before anything is read.
    const names = NAUGHTY_TEXTS.map(([, text]) => text).filter((text) => text !== "__proto__" && text !== "\ufffd");
    for (const text of [...names, "toString"]) {
      const answer = await sent(text, { ...request, body: { ...(body as object), [text]: 1 } });
      const whole = `/${text.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const pointer = whole.length > 300 ? expect.stringMatching(/^.{300}\.\.\.$/s) : whole;
      expect([answer.status, answer.body.errors]).toEqual([400, [expect.objectContaining({ pointer })]]);
    }
  });
});
