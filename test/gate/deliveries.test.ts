import { beforeEach, describe, expect, it } from "vitest";
import { providers } from "../../functions/adapters/registry.ts";
import { days } from "../support/deliveries.ts";
import { rawOf } from "../support/providers.ts";
import { chance } from "./chance.ts";
import { BOMBS, NAUGHTY, placesIn, replacedAt, UNREADABLE } from "./hostile.ts";
import { connected, delivered, opened } from "./merchant.ts";
import { type Whole, whole } from "./whole.ts";

let shop: Whole;
beforeEach(() => {
  shop = whole();
});

const BUSY = { timeout: 60_000 };
/** Deliveries of each provider with one odd value in a place. */
const ODD = 300;
/** Each provider sends so many of the bombs: one in five. */
const BOMBS_PART = 5;

/** A delivery whose signature is good and whose body is not: its provider is never told to come again. */
describe.each(providers)("an authentic delivery of %s", (name) => {
  const open = async () => connected(shop, name, await opened(shop, "Kvitka"));
  const day = days[name];

  it("that cannot be read is taken, kept in quarantine once, and bounded", BUSY, async () => {
    const hookId = await open();
    const bombs = BOMBS.filter((_, index) => index % BOMBS_PART === providers.indexOf(name));
    const bodies = [...bombs, ...UNREADABLE].filter(([what]) => what !== "nothing");
    for (const [what, body] of [...bodies, ...UNREADABLE.slice(1)]) {
      const { status } = await delivered(shop, name, hookId, { topic: day[0]?.topic ?? "", body });
      expect(status, what).toBe(200);
    }
    await shop.settle();
    const { body } = await shop.ask({ path: "/v1/quarantine?limit=100", as: "manager" });
    expect(body.items.length).toBe(bodies.length);
    const reasons = new Set(body.items.map(({ reason }: { reason: string }) => reason));
    expect([...reasons]).toEqual(expect.arrayContaining(["json_forbidden_key", "json_not_utf8", "json_not_readable"]));
  });

  it("with anything in any place is taken, and what is taken of it is carried on", BUSY, async () => {
    const hookId = await open();
    const { below } = chance();
    const pick = <T>(all: readonly T[]) => all[below(all.length)] as T;
    for (let time = 0; time < ODD; time += 1) {
      const { topic, body } = pick(day);
      const payload = JSON.parse(rawOf(body).toString());
      const place = pick(placesIn(payload));
      const [what, json] = pick(NAUGHTY);
      const said = { topic, body: replacedAt(payload, place, json) };
      const { status, text } = await delivered(shop, name, hookId, said);
      expect(status, `${what} at ${place.join(".")}: ${text}`).toBe(200);
    }
    await shop.settle();
    expect(shop.logs.filter(({ level }) => level === "error")).toEqual([]);
    expect("isAdmin" in {}).toBe(false);
  });
});
