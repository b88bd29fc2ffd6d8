import { connect } from "node:net";
import { beforeEach, describe, expect, it } from "vitest";
import { ask, cloud, dynamo, invokeAsync, item, post, put, settle, TableName } from "./runtime-client.ts";

/** What `/_local` shows and moves. */
export function controlRules(): void {
  describe("the clock", () => {
    it("moves for everybody: the page, the functions and their new dates", async () => {
      const before = Date.parse((await ask("/_local/clock")).body.now);
      const { body } = await post("/_local/clock", { advanceSeconds: 86_400 });
      expect(Date.parse(body.now) - before).toBeGreaterThanOrEqual(86_400_000);
      const time = (await ask("/do/time")).body;
      expect(time.isDate).toBe(true);
      expect(Math.abs(time.now - Date.parse(body.now))).toBeLessThan(10_000);
      expect(Math.abs(Date.parse(time.iso) - time.now)).toBeLessThan(1_000);
    });

    it("refuses to go back", async () => {
      expect((await post("/_local/clock", { advanceSeconds: -1 })).status).toBe(400);
    });
  });

  describe("the counters", () => {
    beforeEach(() => post("/_local/stats/reset", {}));
    const table = async () => (await ask("/_local/stats")).body.tables["Fixture-TableCD117FA1"];

    it("count a write by its size, and its index only when the projected item changes", async () => {
      const large = { data: { S: "x".repeat(1_500) }, kind: { S: "k" } };
      await put(item("units#1", large));
      await settle();
      expect(await table()).toMatchObject({ writeUnits: 2, indexWriteUnits: 1 });
      await put(item("units#1", { ...large, extra: { S: "y" } }));
      await settle();
      expect(await table()).toMatchObject({ writeUnits: 4, indexWriteUnits: 1 });
    });

    it("count a transaction twice, and a write that changes nothing", async () => {
      const TransactItems = [{ Put: { TableName, Item: item("units#2") } }];
      await dynamo("TransactWriteItems", { TransactItems });
      await dynamo("TransactWriteItems", { TransactItems });
      await settle();
      expect(await table()).toMatchObject({ writeUnits: 4, indexWriteUnits: 0 });
    });

    it("count half a unit for 4 KB read without consistency", async () => {
      await dynamo("GetItem", { TableName, Key: item("units#1") });
      await dynamo("GetItem", { TableName, Key: item("units#1"), ConsistentRead: true });
      await expect.poll(table).toMatchObject({ readUnits: 1.5, requests: { GetItem: 2 } });
    });

    it("count invocations, cold starts and log bytes of each function", async () => {
      await invokeAsync("worker", { note: "counted" });
      await settle();
      const { worker } = (await ask("/_local/stats")).body.functions;
      expect(worker).toMatchObject({ invocations: 1, errors: 0, logLines: 1, logBytes: 29 });
    });
  });

  describe("the control pages", () => {
    it("give a token for every group, signed by the issuer that the functions know", async () => {
      const { body } = await ask("/_local/credentials");
      expect(Object.keys(body)).toEqual(["owner", "finance"]);
      const claims = JSON.parse(Buffer.from(body.finance.split(".")[1], "base64url").toString());
      const { env } = (await ask("/do/environment")).body;
      expect(claims).toMatchObject({
        iss: env.JWT_ISSUER,
        client_id: env.JWT_AUDIENCE,
        "cognito:groups": ["finance"],
        token_use: "access",
      });
      const keys = (await (await fetch(`${env.JWT_ISSUER}/.well-known/jwks.json`)).json()) as {
        keys: { alg: string }[];
      };
      expect(keys.keys[0]).toMatchObject({ alg: "RS256", use: "sig" });
    });

    it("show a page for people", async () => {
      const { status, headers, text } = await ask("/_local/");
      expect(status).toBe(200);
      expect(headers.get("content-type")).toContain("text/html");
      expect(text).toContain("POST /do/{what}");
    });

    it("are not for pages of other sites", async () => {
      const headers = { "sec-fetch-site": "cross-site" };
      expect((await ask("/_local/credentials", { headers })).status).toBe(403);
      const lines = await speak([
        "GET /_local/credentials HTTP/1.1",
        "host: evil.example",
        "connection: close",
        "",
        "",
      ]);
      expect(lines[0]).toBe("HTTP/1.1 403 Forbidden");
    });

    it("know no other path", async () => {
      expect((await ask("/_local/nothing")).status).toBe(404);
    });
  });
}

/** Sends a request word for word; a client would choose the host by itself. */
async function speak(request: string[]): Promise<string[]> {
  const socket = connect(Number(new URL(cloud.url).port), "127.0.0.1");
  socket.end(request.join("\r\n"));
  const chunks = await socket.setEncoding("utf8").toArray();
  return chunks.join("").split("\r\n");
}
