import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { ask, cloud, post, settle } from "./runtime-client.ts";

/** What the HTTP API promises. */
export function apiRules(): void {
  describe("the HTTP API", () => {
    it("hands a request over in payload format 2.0", async () => {
      const { body } = await post("/do/a%20b?x=1&x=2&y=%20z", '{"a":1}', {
        "content-type": "application/json",
        cookie: "k=1; l=2",
        "X-Many": "one",
      });
      expect(body.event).toMatchObject({
        version: "2.0",
        routeKey: "POST /do/{what}",
        rawPath: "/do/a b",
        rawQueryString: "x=1&x=2&y=%20z",
        queryStringParameters: { x: "1,2", y: " z" },
        pathParameters: { what: "a b" },
        cookies: ["k=1", "l=2"],
        body: '{"a":1}',
        isBase64Encoded: false,
        requestContext: { http: { method: "POST", path: "/do/a b", sourceIp: "127.0.0.1" }, stage: "$default" },
      });
      expect(body.event.headers).toMatchObject({
        "x-many": "one",
        "x-forwarded-proto": "http",
        "content-type": "application/json",
      });
      expect(body.event.headers).not.toHaveProperty("cookie");
    });

    it.each([
      ["text/plain", false],
      ["application/json; charset=utf-8", false],
      ["application/xml", false],
      ["application/x-www-form-urlencoded", true],
      ["application/problem+json", true],
      ["application/octet-stream", true],
    ])("hands over a body of %s in base64: %s", async (type, encoded) => {
      const { body } = await post("/do/echo", "{}", { "content-type": type });
      expect(body.event).toMatchObject({ isBase64Encoded: encoded, body: encoded ? "e30=" : "{}" });
    });

    it("matches the rest of a path and any method", async () => {
      const { body } = await ask("/files/a/b/c", { method: "PATCH" });
      expect(body.event).toMatchObject({ routeKey: "ANY /files/{path+}", pathParameters: { path: "a/b/c" } });
    });

    it("answers what it has no route for by itself", async () => {
      expect(await ask("/nowhere")).toMatchObject({ status: 404, body: { message: "Not Found" } });
      expect(await ask("/do/time", { method: "DELETE" })).toMatchObject({ status: 404 });
    });

    it("passes status, headers, cookies and bytes of an answer through", async () => {
      const response = await fetch(`${cloud.url}/do/binary`);
      expect(response.status).toBe(201);
      expect(response.headers.get("x-kind")).toBe("bytes");
      expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array([0, 1, 2]));
    });

    it("refuses bodies over 10 MB", async () => {
      const answer = await post("/do/echo", "x".repeat(10 * 1_048_576 + 1), { "content-type": "text/plain" });
      expect(answer).toMatchObject({ status: 413, body: { message: "Request Entity Too Large" } });
    });

    it("goes on when a client breaks off in the middle of its body", async () => {
      const client = connect(Number(new URL(cloud.url).port), "127.0.0.1");
      client.write("POST /do/echo HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf");
      await new Promise((resolve) => setTimeout(resolve, 50));
      client.resetAndDestroy();
      await settle();
      expect((await ask("/do/time")).status).toBe(200);
    });

    it("refuses what Lambda takes no more than 6 MB of", async () => {
      const answer = await post("/do/echo", "x".repeat(7 * 1_048_576), { "content-type": "text/plain" });
      expect(answer.status).toBe(413);
    });

    it("answers preflights as the template says", async () => {
      const headers = { origin: "https://shop.example", "access-control-request-method": "POST" };
      const { status, headers: answered } = await ask("/do/echo", { method: "OPTIONS", headers });
      expect(status).toBe(204);
      expect(answered.get("access-control-allow-origin")).toBe("https://shop.example");
      expect(answered.get("access-control-allow-methods")).toBe("POST");
      const stranger = await ask("/do/echo", { headers: { origin: "https://other.example" } });
      expect(stranger.headers.get("access-control-allow-origin")).toBeNull();
    });
  });
}
