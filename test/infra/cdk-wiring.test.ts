import { describe, expect, it } from "vitest";
import { COLD_START } from "../../infra/constructs/bundle.ts";
import { groupRoutes, routeEntry } from "../../infra/constructs/route-groups.ts";
import { localSettings } from "../../infra/settings.ts";
import * as wiring from "../../infra/wiring.ts";
import type { Consumer, Route } from "../../infra/wiring-types.ts";
import { templates } from "../support/templates.ts";

const route = (changes: Partial<Route>): Route =>
  ({ on: "GET /v1/orders", run: "orders/list-orders", roles: ["owner"], uses: ["table:read"], ...changes }) as Route;

const SHELL = [COLD_START, "functions/shell/dispatch.ts"];

describe("a route", () => {
  it("shares a function with the routes of its noun that have equal grants", () => {
    const groups = groupRoutes([
      route({}),
      route({ on: "GET /v1/orders/{orderId}", run: "orders/get-order" }),
      route({ on: "POST /v1/orders", run: "orders/place-order", uses: ["table:write", "secret:identity"] }),
      route({ on: "GET /v1/messages", run: "messages/list-messages" }),
    ]);
    expect(groups.map(({ name, routes }) => [name, routes.length])).toEqual([
      ["orders-read", 2],
      ["orders-identity-write", 1],
      ["messages-read", 1],
    ]);
  });

  it("is handed to the dispatcher with its roles", () => {
    const [group] = groupRoutes([route({ roles: ["key", "owner"] })]);
    expect(group && routeEntry(group)).toEqual({
      name: "orders-read",
      files: [...SHELL, "functions/shell/gate.ts", "functions/http/orders/list-orders.ts"],
      source: [
        `import "./${COLD_START}";`,
        'import { dispatch } from "./functions/shell/dispatch.ts";',
        'import { gate } from "./functions/shell/gate.ts";',
        'import { handler as route0 } from "./functions/http/orders/list-orders.ts";',
        "export const handler = dispatch(",
        "  {",
        '    "GET /v1/orders": { route: route0, roles: ["key","owner"] },',
        "  },",
        "  gate,",
        ");",
        "",
      ].join("\n"),
    });
  });

  it("carries no gate when anybody may call all of it", () => {
    const [group] = groupRoutes([route({ roles: undefined, public: true, on: "GET /health", run: "docs/get-health" })]);
    const entry = group && routeEntry(group);
    expect(entry?.files).toEqual([...SHELL, "functions/http/docs/get-health.ts"]);
    expect(entry?.source).not.toContain("gate");
  });

  it("is refused without roles", () => {
    expect(() => groupRoutes([route({ roles: undefined })])).toThrow('The route "GET /v1/orders" has no roles');
    expect(() => groupRoutes([route({ roles: [] })])).toThrow("has no roles");
  });

  it("is public only when it is on the list", () => {
    const open = { roles: undefined, public: true } as const;
    expect(() => groupRoutes([route(open)])).toThrow("is not on the list of public routes");
    expect(groupRoutes([route({ ...open, on: "GET /health", run: "docs/get-health" })])).toHaveLength(1);
  });

  it("is refused when it is declared twice", () => {
    expect(() => groupRoutes([route({}), route({ run: "orders/other" })])).toThrow("declared twice");
  });
});

describe("the hooks' deliveries", () => {
  it("have a function of their own", () => {
    const lane = groupRoutes(wiring.routes).find(({ name }) => name === "webhooks");
    expect(lane?.routes.map(({ on }) => on)).toEqual(["POST /v1/hooks/{hookId}", "GET /v1/hooks/{hookId}"]);
  });
});

describe("the wiring", () => {
  const synthesized = (consumers: Consumer[]) => templates(localSettings(), { ...wiring, consumers });

  it("refuses a consumer that nothing reaches", () => {
    expect(() => synthesized([{ name: "idle", uses: [] }])).toThrow('The consumer "idle" has no source');
  });

  it("refuses a consumer of what is never on the bus", () => {
    const deaf: Consumer = { name: "alert-finance", events: ["mismatch.opened", "message.sent"], uses: [] };
    const others = wiring.consumers.filter(({ name }) => name !== deaf.name);
    expect(() => synthesized([...others, deaf])).toThrow('"alert-finance" would never hear of message.sent');
  });

  it("refuses a wake-up of a consumer that does not wait for one", () => {
    const deaf = wiring.consumers.map((line) => ({ ...line, wake: undefined, events: line.events ?? ["order.paid"] }));
    expect(() => synthesized(deaf as Consumer[])).toThrow('"wake:settle-mismatch": no consumer');
  });

  it("refuses reserved concurrency for a function that it does not name", () => {
    const settings = localSettings({ reservedConcurrency: { webhook: 5 } });
    expect(() => templates(settings)).toThrow(
      "reservedConcurrency names no function: webhook. There are: stores-write,",
    );
  });
});
