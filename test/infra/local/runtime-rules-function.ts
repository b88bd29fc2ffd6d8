import { describe, expect, it } from "vitest";
import { ask, cloud, invokeAsync, post, seen } from "./runtime-client.ts";

/** What a function meets. */
export function functionRules(): void {
  describe("a function", () => {
    it("runs with its own environment and nothing of ours", async () => {
      const { body } = await ask("/do/environment");
      const { env, name, left } = body;
      expect(name).toBe("server");
      expect(left).toBeGreaterThan(1_000);
      expect(left).toBeLessThanOrEqual(2_000);
      expect(env).toMatchObject({
        TABLE_NAME: "Fixture-TableCD117FA1",
        AWS_REGION: "us-east-1",
        AWS_ENDPOINT_URL: cloud.endpoint,
      });
      expect(env.JWT_ISSUER).toMatch(`${cloud.url}/_local/issuer/us-east-1_`);
      expect(env).not.toHaveProperty("HOME");
      expect(env).not.toHaveProperty("VITEST");
    });

    it("becomes the gateway's 500 when it throws, exits or answers too much", async () => {
      const failure = { status: 500, body: { message: "Internal Server Error" } };
      expect(await ask("/do/throw")).toMatchObject(failure);
      expect(await ask("/do/exit")).toMatchObject(failure);
      expect(await post("/do/large", { bytes: 6_300_000 })).toMatchObject(failure);
      expect((await ask("/do/time")).status).toBe(200);
    });

    it("loses its process when it takes too long", async () => {
      const before = (await ask("/_local/stats")).body.functions.server;
      expect((await post("/do/sleep", { ms: 10_000 })).status).toBe(500);
      const after = (await ask("/_local/stats")).body.functions.server;
      expect(after.timeouts - before.timeouts).toBe(1);
    });

    it("survives the death of its environment at the next call", async () => {
      await ask("/do/time");
      expect((await post("/_local/faults", { kill: "server" })).body.killed).toBeGreaterThan(0);
      expect((await ask("/do/time")).status).toBe(200);
    });

    it("is retried twice when it fails on its own time, then given up", async () => {
      const asked = { fail: true, id: "async" };
      await invokeAsync("worker", asked);
      await cloud.settle();
      await cloud.advance(10 * 60);
      const tries = (await seen("worker")).filter((line) => (line.asked as typeof asked | undefined)?.id === "async");
      expect(tries).toHaveLength(3);
    });
  });
}
