import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { catalog } from "../../events/catalog.ts";
import { Envelope, event } from "../../events/event.ts";
import { CustomerId, fact, personal } from "../../events/values.ts";
import { eventCatalog } from "../../infra/cli/event-catalog.ts";
import { leavesOf } from "../support/marks.ts";

const wrongLeaves = (schema: z.core.$ZodType, path: string) =>
  leavesOf(schema, path)
    .filter(({ mark }) => mark !== "fact" && mark !== "id")
    .map((leaf) => `${leaf.path}: ${leaf.mark}`);

const schemas = [...catalog.values()];

describe("an event", () => {
  it("carries ids and facts, marked attribute by attribute, and nothing personal", () => {
    expect(schemas.flatMap(({ type, data }) => wrongLeaves(data, type))).toEqual([]);
    expect(wrongLeaves(Envelope, "envelope")).toEqual([]);
  });

  it("is caught when it carries what is personal or unmarked", () => {
    const leaky = z.strictObject({
      customerId: CustomerId,
      name: personal(z.string()),
      list: z.array(z.strictObject({ note: z.string().optional() })),
      fine: z.array(fact(z.int())).optional(),
    });
    expect(wrongLeaves(event("customer.leaked", "A leak.", leaky).data, "leaky")).toEqual([
      "leaky.name: personal",
      "leaky.list[].note: unmarked",
    ]);
  });

  it("has a past-tense name under its noun and one sentence that says what happened", () => {
    for (const { type, about } of schemas) {
      expect(type).toMatch(/^[a-z]+\.[a-z]+(_[a-z]+)*$/);
      expect(about, type).toMatch(/^[A-Z].*\.$/);
    }
    expect(schemas).toHaveLength(new Set(schemas.map(({ type }) => type)).size);
  });

  it("takes no attribute that its schema does not name", () => {
    const open = schemas.filter(({ data }) =>
      data.safeParse({ surprise: 1 }).error?.issues.every(({ code }) => code !== "unrecognized_keys"),
    );
    expect(open.map(({ type }) => type)).toEqual([]);
  });
});

describe("events/README.md", () => {
  it("is what the catalog says; `node infra/cli/event-catalog.ts` writes it", () => {
    expect(readFileSync(join(import.meta.dirname, "../../events/README.md"), "utf8")).toBe(eventCatalog());
  });
});
