import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect } from "vitest";
import { kolo as command } from "../../infra/cli/kolo.ts";
import { bucketClient } from "../../infra/cli/operator/failed-records.ts";
import { localPlace } from "../../infra/cli/operator/local-place.ts";
import { allOf, inboxesOf, oneOf, type Place } from "../../infra/cli/operator/place.ts";
import { aStore, it, kolo, mailsTo, ok } from "./support/kolo.ts";
import { aBuyer } from "./support/store.ts";
import { aShopifyOrder } from "./support/words.ts";

const needs = ["faults" as const];

/** Gives a command as an operator would; what it says, and its exit code. */
const run = (...args: string[]) => runUntil({ asked: false }, ...args);

async function runUntil(stop: { asked: boolean }, ...args: string[]): Promise<{ code: number; said: string }> {
  const lines: string[] = [];
  const screen = { say: (line: string) => void lines.push(line), bar: () => ({ to() {}, end() {} }) };
  const code = await command([...args, "--local", kolo.url], screen, stop);
  return { code, said: lines.join("\n") };
}

/** Puts the event that placed an order among a consumer's dead letters, as SQS does after five failures. */
async function giveUp(place: Place, consumer: string, orderId: string): Promise<void> {
  const { items } = (await ok("/_local/events")) as { items: { event: Placed }[] };
  const placed = items.find(
    ({ event }) => event["detail-type"] === "order.placed" && event.detail.data.orderId === orderId,
  );
  const [inbox] = inboxesOf(place).filter(({ name }) => name === consumer);
  const message = { QueueUrl: inbox?.deadLettersUrl, MessageBody: JSON.stringify(placed?.event) };
  await new SQSClient(place.access).send(new SendMessageCommand(message));
}

interface Placed {
  "detail-type": string;
  detail: { data: { orderId: string } };
}

/** Puts what happened to an order into the bucket, as Lambda does when the publisher failed ten times. */
async function neverPublished(place: Place, orderId: string): Promise<string> {
  const table = new DynamoDBClient(place.access);
  const { Items: [NewImage] = [] } = await table.send(
    new QueryCommand({
      TableName: oneOf(place, "AWS::DynamoDB::Table").id,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :event)",
      ExpressionAttributeValues: { ":pk": { S: `order#${orderId}` }, ":event": { S: "event#" } },
    }),
  );
  const record = { eventName: "INSERT", dynamodb: { Keys: NewImage, NewImage, SequenceNumber: "1" } };
  const [mapping] = allOf(place, "AWS::Lambda::EventSourceMapping", "PublisherSource");
  const Key = `aws/lambda/${mapping?.id}/shard/2026/11/20/given-up`;
  const Body = JSON.stringify({ version: "1.0", payload: JSON.stringify({ Records: [record] }) });
  const Bucket = oneOf(place, "AWS::S3::Bucket").id;
  await bucketClient(place).send(new PutObjectCommand({ Bucket, Key, Body }));
  return Key;
}

/** The ids of the events that the bus took about an order, as often as it took them. */
async function published(orderId: string): Promise<string[]> {
  const { items } = (await ok("/_local/events")) as { items: { event: { detail: { eventId: string } } }[] };
  const about = items.filter((one) => JSON.stringify(one).includes(`"orderId":"${orderId}"`));
  return about.map(({ event }) => event.detail.eventId).filter((id) => id.startsWith(orderId));
}

describe("an operator's command", () => {
  it("is refused in a sentence when it does not say where, or what", async () => {
    const nowhere: string[] = [];
    const screen = { say: (line: string) => void nowhere.push(line), bar: () => ({ to() {}, end() {} }) };
    expect(await command(["doctor"], screen, { asked: false })).toBe(1);
    expect(nowhere.join()).toContain("Say where: --stage prod");
    expect((await run("operate")).said).toContain("npm run kolo -- <command>");
  });

  it(
    "is refused for a consumer that there is not",
    async () => expect((await run("redrive", "--queue", "nobody")).said).toContain('There is no consumer "nobody"'),
    { needs },
  );
});

describe("a replay", () => {
  it(
    "is refused for a provider, and for a store, that there is not",
    async () => {
      const [provider, store] = [await run("replay", "--provider", "nope"), await run("replay", "--store", "nope")];
      expect(provider.code).toBe(1);
      expect(provider.said).toMatch(/^There is no provider "nope": there are [\w, ]*shopify[\w, ]*\.$/);
      expect(store).toEqual({ code: 1, said: 'There is no store "nope": GET /v1/stores lists them.' });
      const { id } = await aStore();
      const known = await run("replay", "--provider", "stripe", "--store", id);
      expect(known).toEqual({ code: 0, said: "0 deliveries replayed, 0 stayed." });
    },
    { needs },
  );
});

describe("dead letters", () => {
  it(
    "are told by the doctor, and moved back by a redrive that may be repeated",
    async () => {
      const [store, buyer, place] = [await aStore(), aBuyer(), await localPlace(kolo.url)];
      const { id } = await store.places({ customer: buyer });
      await kolo.settle();
      await giveUp(place, "request-order-confirmation", id);
      const told = await run("doctor");
      expect(told.code).toBe(1);
      expect(told.said).toMatch(/WRONG +1 message of request-order-confirmation .*dead-letters\.md/);
      const queue = ["--queue", "request-order-confirmation"];
      const interrupted = await runUntil({ asked: true }, "redrive", ...queue);
      expect(interrupted).toEqual({ code: 1, said: "0 dead letters moved back." });
      expect(await run("redrive", ...queue)).toEqual({ code: 0, said: "1 dead letter moved back." });
      expect(await run("redrive", ...queue)).toEqual({ code: 0, said: "0 dead letters moved back." });
      await kolo.settle();
      expect((await run("doctor")).said).not.toContain("of request-order-confirmation came to nothing");
      expect(await mailsTo(buyer.email)).toHaveLength(1);
    },
    { needs },
  );
});

describe("events that the publisher gave up", () => {
  it(
    "are published by a redrive under the ids that they have, and leave the bucket",
    async () => {
      const [store, place] = [await aStore(), await localPlace(kolo.url)];
      const { id } = await store.places();
      await kolo.settle();
      const once = await published(id);
      expect(once).toHaveLength(1);
      await neverPublished(place, id);
      expect((await run("doctor")).said).toMatch(/WRONG +1 batch of events were never published/);
      expect((await run("redrive")).said).toContain("1 batch of events published.");
      await kolo.settle();
      expect(await published(id)).toEqual([...once, ...once]);
      expect(await store.orders()).toHaveLength(1);
      expect((await run("redrive")).said).toContain("0 batches of events published.");
    },
    { needs },
  );
});

describe("deliveries in quarantine", () => {
  it(
    "are replayed in bulk once their cause is put right, and stay until then",
    async () => {
      const store = await aStore({ platform: "shopify" });
      const settings = { shopDomain: "another.myshopify.com" };
      const shop = await store.connect("shopify", { settings });
      const sold = [aShopifyOrder(await kolo.now()), aShopifyOrder(await kolo.now())];
      for (const one of sold) await shop.deliver(one.said("orders/create"));
      const mine = ["--store", store.id];
      expect(await store.orders()).toEqual([]);
      expect((await run("doctor")).said).toMatch(/WRONG +\d+ deliver\w+ could not be used/);
      const refused = await run("replay", ...mine);
      expect(refused).toMatchObject({ code: 1, said: expect.stringContaining("0 deliveries replayed, 2 stayed.") });
      expect(refused.said).toMatch(/^2 deliveries stayed \(qua_\w+, qua_\w+\): The delivery still cannot be used/);
      await ok(`/v1/hooks/${shop.id}`, {
        as: "owner",
        method: "PATCH",
        body: { settings: { shopDomain: "kvitka.myshopify.com" } },
      });
      expect(await run("replay", ...mine)).toEqual({ code: 0, said: "2 deliveries replayed, 0 stayed." });
      expect(await run("replay", ...mine)).toEqual({ code: 0, said: "0 deliveries replayed, 0 stayed." });
      expect(await store.orders()).toHaveLength(2);
    },
    { needs },
  );
});

/** How many deliveries the doctor says are wrong, and how many privacy requests it notes. */
async function waiting(): Promise<number[]> {
  const { said } = await run("doctor");
  const found = [/WRONG +(\d+) deliver\w+ could not be used/, /note +(\d+) privacy request/];
  return found.map((one) => Number(one.exec(said)?.[1] ?? 0));
}

describe("a delivery or a privacy request that is dismissed", () => {
  it(
    "is what the doctor is content with, and a replay in bulk leaves",
    async () => {
      const before = await waiting();
      const store = await aStore({ platform: "shopify" });
      const shop = await store.connect("shopify");
      await shop.deliver({ topic: "orders/create", body: "{" });
      await shop.deliver({ topic: "customers/redact", body: { shop_id: 954889, customer: { id: 191167 } } });
      expect(await waiting()).toEqual(before.map((count) => count + 1));
      const { items } = await ok(`/v1/quarantine?storeId=${store.id}`, { as: "manager" });
      for (const { id } of items) await ok(`/v1/quarantine/${id}/dismiss`, { as: "manager", body: {} });
      expect(await waiting()).toEqual(before);
      const left = { code: 0, said: "0 deliveries replayed, 0 stayed." };
      expect(await run("replay", "--store", store.id)).toEqual(left);
    },
    { needs },
  );
});

describe("privacy requests", () => {
  it(
    "stay in quarantine by design: the doctor notes them, and a replay leaves them",
    async () => {
      const store = await aStore({ platform: "shopify" });
      const shop = await store.connect("shopify");
      for (const topic of ["customers/redact", "customers/data_request"])
        await shop.deliver({ topic, body: { shop_id: 954889, customer: { id: 191167 } } });
      expect((await run("doctor")).said).toMatch(/note +\d+ privacy requests? \w+ kept.*deliveries-quarantined\.md/);
      expect(await run("replay", "--store", store.id)).toEqual({
        code: 0,
        said: "2 privacy requests were left as they are: a person answers.\n0 deliveries replayed, 0 stayed.",
      });
    },
    { needs },
  );
});

describe("metrics", () => {
  it(
    "are proved by a reconciliation that the doctor knows of, and rebuilt when all agree",
    async () => {
      const store = await aStore();
      await store.places();
      await kolo.settle();
      expect(await run("reconcile")).toMatchObject({ code: 0, said: expect.stringContaining("none differed") });
      expect((await run("doctor")).said).toMatch(/ok +Metrics: proved at .* agree with their ledgers\./);
      expect((await run("rebuild-metrics")).said).toContain("Every metric is what its sources contribute.");
    },
    { needs },
  );
});
