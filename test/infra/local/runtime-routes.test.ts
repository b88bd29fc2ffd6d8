import { describe, expect, it } from "vitest";
import { type ApiRoute, findRoute } from "../../../infra/local/api-routes.ts";

const KEYS = [
  "GET /orders",
  "POST /orders",
  "GET /orders/{orderId}",
  "GET /orders/latest",
  "ANY /orders/{orderId}",
  "GET /orders/{orderId}/lines/{lineId}",
  "ANY /files/{path+}",
  "GET /files/readme",
  "$default",
];

const routes = KEYS.map((key): ApiRoute => {
  const [method = "", path = ""] = key === "$default" ? ["ANY", "/{proxy+}"] : key.split(" ");
  return { key, method, segments: path.split("/").slice(1), functionArn: "", payloadVersion: "2.0", timeoutMs: 0 };
});

describe("a route", () => {
  it.each<[string, string, string, Record<string, string>]>([
    ["GET", "/orders", "GET /orders", {}],
    ["POST", "/orders", "POST /orders", {}],
    ["GET", "/orders/7", "GET /orders/{orderId}", { orderId: "7" }],
    ["GET", "/orders/latest", "GET /orders/latest", {}],
    ["DELETE", "/orders/latest", "ANY /orders/{orderId}", { orderId: "latest" }],
    ["GET", "/orders/7/lines/2", "GET /orders/{orderId}/lines/{lineId}", { orderId: "7", lineId: "2" }],
    ["GET", "/files/readme", "GET /files/readme", {}],
    ["PUT", "/files/a/b", "ANY /files/{path+}", { path: "a/b" }],
    ["GET", "/orders/", "$default", {}],
    ["GET", "/files/", "$default", {}],
    ["GET", "/", "$default", {}],
  ])("for %s %s is %s, the most specific one", (method, path, key, parameters) => {
    const found = findRoute(routes, method, path);
    expect(found?.route.key).toBe(key);
    expect(found?.parameters).toEqual(parameters);
  });

  it("is none where nothing matches", () => {
    const some = routes.filter(({ key }) => key !== "$default");
    expect(findRoute(some, "GET", "/customers")).toBeUndefined();
    expect(findRoute(some, "DELETE", "/orders")).toBeUndefined();
  });
});
