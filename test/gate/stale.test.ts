import { describe, expect, it } from "vitest";
import { routes } from "../../infra/wiring.ts";
import { entriesOf } from "../support/routes.ts";
import { merchant } from "./merchant.ts";
import { RIGHTLY } from "./requests.ts";

const entries = await entriesOf(...new Set(routes.map(({ run }) => run.slice(0, run.indexOf("/")))));
const guarded = routes.map(({ on }) => on).filter((on) => entries[on]?.route.guarded);

describe("a change that was meant for another version", () => {
  it.each(guarded)("is refused by %s, and writes nothing", async (on) => {
    const shop = await merchant();
    const before = JSON.stringify(shop.table.items());
    const request = { as: "owner" as const, ...RIGHTLY[on]?.(shop.a), headers: { "If-Match": '"999"' } };
    const { status, body } = await shop.ask({ path: "", ...request });
    expect([status, body.code]).toEqual([412, "stale_version"]);
    expect(JSON.stringify(shop.table.items()) === before, "nothing was written").toBe(true);
  });
});
