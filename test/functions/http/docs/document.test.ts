import { existsSync, readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { type Documented, document } from "../../../../functions/http/docs/document.ts";
import { routes } from "../../../../infra/wiring.ts";
import { entriesOf } from "../../../support/routes.ts";
import { wordsOf } from "../../../support/words.ts";

const entries = await entriesOf(...new Set(routes.map(({ run }) => run.slice(0, run.indexOf("/")))));
const documented = await Promise.all(
  routes.map(async (line): Promise<Documented> => {
    const { on, run } = line;
    return { on, run, ...(entries[on] as (typeof entries)[string]), words: await wordsOf(line) };
  }),
);
const described = document(documented);

interface Operation {
  operationId: string;
  summary: string;
  security: Record<string, unknown>[];
  parameters: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: { required?: string[]; properties?: object } }> };
  responses: Record<string, { content?: Record<string, { schema: object }>; headers?: object; $ref?: string }>;
}

const at = (on: string): Operation => {
  const [method = "", path = ""] = on.split(" ");
  return described.paths[path]?.[method.toLowerCase()] as Operation;
};
const named = ({ parameters }: Operation, place: string) =>
  parameters.filter((one) => one.in === place).map(({ name }) => name);

describe("the document", () => {
  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(described) as never);
    expect([validator.version, valid, errors]).toEqual(["3.1", true, undefined]);
  });

  it("describes every route of the wiring, each by a name of its own", () => {
    const operations = routes.map(({ on }) => at(on));
    for (const [index, operation] of operations.entries()) expect(operation?.summary, routes[index]?.on).toBeTruthy();
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routes.length);
  });

  it("names every parameter of an address", () => {
    for (const { on } of routes) {
      const places = [...on.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(named(at(on), "path").sort(), on).toEqual(places.sort());
    }
  });

  it("says who may call a route and how they are refused", () => {
    expect(at("POST /v1/orders").security).toEqual([{ staff: [] }, { storeKey: [] }]);
    expect(at("POST /v1/stores").security).toEqual([{ staff: [] }]);
    expect(at("GET /health").security).toEqual([]);
    const refusals = Object.entries(at("POST /v1/orders").responses).filter(([, { $ref }]) => $ref);
    expect(refusals.map(([status]) => status)).toEqual("400 401 403 404 409 413 415 422 429 431 500".split(" "));
    const refusedBy = (on: string) => Object.keys(at(on).responses);
    expect(refusedBy("GET /v1/orders"), "a key that names another store").toContain("404");
    for (const list of ["stores", "mismatches"]) expect(refusedBy(`GET /v1/${list}`)).not.toContain("404");
    expect(refusedBy("GET /v1/hooks/{hookId}")).toContain("405");
    expect(JSON.stringify(described.components.responses)).toContain("application/problem+json");
  });

  it("says what makes a request safe to repeat and what guards a version", () => {
    expect(named(at("POST /v1/orders"), "header")).toEqual(["Idempotency-Key"]);
    expect(named(at("POST /v1/orders/{orderId}/stage"), "header")).toEqual(["Idempotency-Key", "If-Match"]);
    expect(named(at("PATCH /v1/stores/{storeId}"), "header")).toEqual(["If-Match"]);
    expect(named(at("DELETE /v1/hooks/{hookId}"), "header")).toEqual(["If-Match"]);
    for (const { on } of routes) {
      const isGuarded = named(at(on), "header").includes("If-Match");
      expect([on, Object.hasOwn(at(on).responses, "412")]).toEqual([on, isGuarded]);
    }
    expect(named(at("GET /v1/orders"), "header")).toEqual([]);
    expect(at("GET /v1/orders/{orderId}").responses["200"]?.headers).toHaveProperty("ETag");
  });

  it("gives every list its page", () => {
    const lists = routes.filter(({ on }) => on.startsWith("GET ") && named(at(on), "query").includes("cursor"));
    expect(lists.length).toBeGreaterThan(8);
    for (const { on } of lists) {
      expect(named(at(on), "query"), on).toContain("limit");
      const page = at(on).responses["200"]?.content?.["application/json"]?.schema;
      expect(page, on).toMatchObject({ required: ["items", "nextCursor"] });
    }
  });

  it("asks for what the contract requires of an order, and for no more", () => {
    const schema = at("POST /v1/orders").requestBody?.content["application/json"]?.schema;
    expect(schema?.required).toEqual(["externalId", "placedAt", "lines", "total"]);
    expect(schema).toMatchObject({ additionalProperties: false });
  });

  it("shares the forms of answers by name", () => {
    const { schemas } = described.components as { schemas: Record<string, object> };
    expect(Object.keys(schemas)).toEqual(expect.arrayContaining(["Customer", "Mismatch", "Money", "Order", "Problem"]));
    const { content } = at("GET /v1/orders/{orderId}").responses["200"] ?? {};
    expect(content).toEqual({ "application/json": { schema: { $ref: "#/components/schemas/Order" } } });
  });
});

/** Addresses beyond the contract, to which anything may be added. */
const ADDED = ["/v1/quarantine/{}/dismiss"];
const CONTRACT = new URL("../../../../../shared/contract.md", import.meta.url);

describe.skipIf(!existsSync(CONTRACT))("the contract", () => {
  const unnamed = (text: string) => text.replace(/\{\w+\}/g, "{}");

  it("names every address of the document, whole or as what follows its parent, but for what was added", () => {
    const contract = unnamed(readFileSync(CONTRACT, "utf8"));
    const addresses = Object.keys(described.paths)
      .filter((path) => path.startsWith("/v1/"))
      .map(unnamed);
    const missing = addresses.filter((path) => {
      const last = path.slice(path.lastIndexOf("/"));
      return !contract.includes(path) && !contract.includes(`\`${last}\``);
    });
    expect(missing).toEqual(ADDED);
  });

  it("names every attribute of the customers and orders that are answered", () => {
    const { schemas } = described.components as { schemas: Record<string, { properties: Record<string, unknown> }> };
    const promised = {
      Order: `id storeId customerId stage paymentStatus fulfillmentStatus paid refunded due payments refunds shipments
        returns test version`,
      Customer: `id emails phones identities firstName lastName gender locale tags fields lifecycleStage consents stats
        loyalty segments mergedInto version`,
      Message: "id channel purpose template to status reason at",
      Mismatch: "id kind severity orderId storeId expected actual openedAt status",
    };
    for (const [name, attributes] of Object.entries(promised)) {
      expect(Object.keys(schemas[name]?.properties ?? {}), name).toEqual(
        expect.arrayContaining(attributes.split(/\s+/)),
      );
    }
  });
});
