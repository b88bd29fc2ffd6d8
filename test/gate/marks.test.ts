import { describe, expect, it } from "vitest";
import * as z from "zod";
import { personal } from "../../events/values.ts";
import { leavesOf } from "../support/marks.ts";
import { entries } from "./whole.ts";

/** Open places of requests and answers: what they hold is marked elsewhere, or nobody keeps it. */
const OPEN = [
  /** Attributes of events: the catalog marks them. */
  ...[
    "GET /v1/orders/{orderId}/history 200.items[].data{}",
    "GET /v1/customers/{customerId}/timeline 200.items[].data{}",
  ],
  /** A merchant's own attributes, of which there are none yet. */
  ...["GET /v1/customers 200.items[].fields{}", "GET /v1/customers/{customerId} 200.fields{}"],
  ...["POST /v1/customers 200.fields{}", "POST /v1/customers 201.fields{}"],
  "PATCH /v1/customers/{customerId} 200.fields{}",
  /** What a journey asks of its event, of an order and a card, and whether it holds. */
  ...["entry", "trigger"].map((asked) => `GET /v1/customers/{customerId}/why 200.items[].${asked}[]{}`),
  /** What a provider puts behind its hook's address; it is neither kept nor logged. */
  ...["POST /v1/hooks/{hookId} query{}", "GET /v1/hooks/{hookId} query{}"],
  /** The reference itself. */
  ...["GET /openapi.json 200{}", "GET /docs 200", "GET /docs/{asset} 200"],
];

/** Query parameters that hold personal data: gateways log no query strings, and neither do we. */
const ASKED_FOR = ["email", "phone", "name"].map((name) => `GET /v1/customers query.${name}`);

type Part = [on: string, path: string, schema: z.ZodType | undefined];

const parts = Object.entries(entries).flatMap(([on, { route }]): Part[] => [
  ...(["path", "query", "body"] as const).map((part): Part => [on, part, route[part]]),
  ...Object.entries(route.answers).map(([status, schema]): Part => [on, status, schema as z.ZodType]),
]);
const leaves = parts.flatMap(([on, path, schema]) =>
  schema ? leavesOf(schema, path).map((leaf) => ({ ...leaf, path: `${on} ${leaf.path}` })) : [],
);

describe("an attribute of a request or an answer", () => {
  it("is marked as a fact, an id or personal, but for a few open places", () => {
    const unmarked = leaves.filter(({ mark }) => mark === "unmarked").map(({ path }) => path);
    expect([...new Set(unmarked)].sort()).toEqual([...OPEN].sort());
    expect(leaves.length).toBeGreaterThan(500);
  });

  it("that is personal stands in no path, and in a query only where people are looked up", () => {
    const inAddresses = leaves.filter(({ path }) => / (path|query)[.{]/.test(path));
    const wrong = inAddresses.filter(({ mark }) => mark === "personal").map(({ path }) => path);
    expect(wrong.sort()).toEqual([...ASKED_FOR].sort());
  });

  it("is found without its mark", () => {
    const leaky = z.strictObject({ name: personal(z.string()), note: z.string().optional(), kind: z.literal("x") });
    expect(leavesOf(leaky, "body").map(({ path, mark }) => `${path}: ${mark}`)).toEqual([
      ...["body.name: personal", "body.note: unmarked", "body.kind: fact"],
    ]);
  });
});
