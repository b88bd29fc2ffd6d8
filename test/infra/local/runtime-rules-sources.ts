import { describe, expect, it } from "vitest";
import { ask, authorization, cloud, item, lines, post, put, seen, settle } from "./runtime-client.ts";

/** What event source mappings bring. */
export function sourceRules(): void {
  describe("a stream's reader", () => {
    const batches = async () => (await seen("reader")).flatMap(({ batch }) => (batch ? [batch as string[]] : []));
    const rowsOf = async (pk: string) => (await batches()).filter((batch) => batch.some((row) => row.endsWith(pk)));

    it("gets the changes that its filter lets through, and only those", async () => {
      await put(item("watched#1"));
      await put(item("ignored#1"));
      await put(item("watched#1", { changed: { BOOL: true } }));
      await settle();
      const rows = (await batches()).flat().filter((row) => row.endsWith("#1"));
      expect(rows).toEqual(["INSERT watched#1", "MODIFY watched#1"]);
    });

    it("gets a poisoned record again as often as the mapping says, and the others once it is given up", async () => {
      await put(item("watched#poison", { poison: { BOOL: true } }));
      await put(item("watched#after"));
      await settle();
      // Whether the next record came with it or not: a split is no retry.
      expect((await rowsOf("watched#poison")).filter((batch) => batch.length === 1)).toHaveLength(3);
      expect((await batches()).at(-1)).toContain("INSERT watched#after");
      expect(lines.some((line) => line.includes("gave up 1 records after 3 attempts"))).toBe(true);
    });

    it("leaves what was given up in the failure bucket, the records included", async () => {
      const bucket = `${cloud.endpoint}/${cloud.topology.all("AWS::S3::Bucket")[0]?.ref}`;
      const headers = { authorization: authorization("s3") };
      const listing = await (await fetch(`${bucket}?list-type=2`, { headers })).text();
      const key = /<Key>([^<]+)<\/Key>/.exec(listing)?.[1];
      expect(key).toMatch(/^aws\/lambda\/[\w-]{36}\/shardId-[\w-]+\/\d{4}\/\d\d\/\d\d\/[\d-]+T[\d.]+-[\w-]{36}$/);
      const object = await fetch(`${bucket}/${key}`, { headers });
      const report = (await object.json()) as { payload: string; DDBStreamBatchInfo: object; requestContext: object };
      expect(report.DDBStreamBatchInfo).toMatchObject({ batchSize: 1 });
      expect(report.requestContext).toMatchObject({ condition: "RetryAttemptsExhausted", approximateInvokeCount: 3 });
      expect(JSON.parse(report.payload).Records[0].dynamodb.Keys.pk).toEqual({ S: "watched#poison" });
    });

    it("has a batch that throws split until the poison is alone", async () => {
      await post("/_local/faults", { paused: true });
      for (const id of ["b1", "b2", "b3"]) await put(item(`watched#${id}`));
      await put(item("watched#bad", { poison: { BOOL: true }, poisonous: { S: "throw" } }));
      await post("/_local/faults", { paused: false });
      await settle();
      const alone = (await rowsOf("watched#bad")).filter((batch) => batch.length === 1);
      expect(alone.length).toBeGreaterThan(0);
      expect((await rowsOf("watched#b1")).some((batch) => !batch.includes("INSERT watched#bad"))).toBe(true);
    });

    it("sees an expired item go, by the hand of the service itself", async () => {
      const { now } = (await ask("/_local/clock")).body;
      const soon = String(Math.floor(Date.parse(now) / 1000) + 3_600);
      await put(item("watched#short", { expiresAt: { N: soon } }));
      await put(item("watched#long", { expiresAt: { N: `9${soon}` } }));
      await settle();
      await cloud.advance(86_400);
      const gone = (await batches()).flat().filter((row) => row.startsWith("REMOVE"));
      expect(gone).toEqual(["REMOVE watched#short by dynamodb.amazonaws.com"]);
    });

    it("gets every batch twice while that fault is on", async () => {
      await post("/_local/faults", { duplicate: true });
      await put(item("watched#twice"));
      await settle();
      await post("/_local/faults", { duplicate: false });
      expect(await rowsOf("watched#twice")).toHaveLength(2);
    });
  });

  describe("a queue's consumer", () => {
    const bodies = async () =>
      (await seen("consumer")).flatMap(({ messages }) => (messages as string[] | undefined) ?? []);

    it("gets messages and deletes what it handled", async () => {
      await post("/do/send", { id: "m1" });
      await settle();
      expect(await bodies()).toContain('{"id":"m1"}');
      await cloud.advance(120);
      expect((await bodies()).filter((body) => body.includes("m1"))).toHaveLength(1);
    });

    it("gets a message that failed again after its visibility timeout", async () => {
      await post("/do/send", { id: "bad" });
      await settle();
      const count = async () => (await bodies()).filter((body) => body.includes("bad")).length;
      expect(await count()).toBe(1);
      await cloud.advance(59);
      expect(await count()).toBe(1);
      await cloud.advance(300);
      expect(await count()).toBe(3);
    });
  });
}
