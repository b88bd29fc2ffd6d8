import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { apiReference } from "../../infra/constructs/api-reference.ts";
import { bundle } from "../../infra/constructs/bundle.ts";
import { groupRoutes, type RouteGroup, routeEntry } from "../../infra/constructs/route-groups.ts";
import { routes } from "../../infra/wiring.ts";

/** What a Lambda may answer, in bytes. */
const ANSWER_MAX = 6 * 1024 * 1024;

describe("the API reference", () => {
  const group = groupRoutes(routes).find(({ name }) => name === "docs") as RouteGroup;
  const out = mkdtempSync(join(tmpdir(), "kolo-reference-"));
  const folder = bundle({ ...routeEntry(group), assets: apiReference(routes) }, out);
  const read = (name: string) => readFileSync(join(folder, name));

  it("lies beside the code that serves it", () => {
    expect(readdirSync(folder).sort()).toEqual(["index.mjs", "openapi.json", "swagger-ui.css.gz", "swagger-ui.js.gz"]);
    expect(gunzipSync(read("swagger-ui.js.gz")).toString()).toContain("SwaggerUIBundle");
  });

  it("fits into the answers of a Lambda", () => {
    for (const name of readdirSync(folder)) {
      const base64 = (statSync(join(folder, name)).size * 4) / 3;
      expect(base64, name).toBeLessThan(ANSWER_MAX);
    }
  });

  it("describes the routes with the forms of their handlers", () => {
    const { openapi, paths } = JSON.parse(read("openapi.json").toString());
    expect(openapi).toMatch(/^3\.1\./);
    const described = Object.entries(paths as Record<string, object>).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(routes.map(({ on }) => on).sort());
    expect(paths["/v1/orders"].post.requestBody.content["application/json"].schema.required).toContain("externalId");
  });

  it("is made again when a route or its roles change", () => {
    const [first, ...rest] = routes;
    const changed = [{ ...first, roles: ["manager"] }, ...rest] as typeof routes;
    expect(apiReference(changed).key).not.toBe(apiReference(routes).key);
    expect(apiReference([...routes]).key).toBe(apiReference(routes).key);
  });
});
