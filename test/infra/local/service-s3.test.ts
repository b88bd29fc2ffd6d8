import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import type { Access } from "../../../infra/local/ports.ts";
import { AwsError } from "../../../infra/local/services/errors.ts";
import { s3 } from "../../../infra/local/services/s3.ts";
import type { EngineDouble } from "./service-engine.ts";
import { arn, resource, startServices } from "./service-harness.ts";

const key = arn("kms", "key/1");
const bucket = resource("AWS::S3::Bucket", "arn:aws:s3:::raw", {}, "raw");
const sealed = resource(
  "AWS::S3::Bucket",
  "arn:aws:s3:::sealed",
  {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: key } }],
    },
  },
  "sealed",
);
const Bucket = "raw";

async function start(more: { engine?: EngineDouble; access?: Access } = {}) {
  const cloud = await startServices({ factories: [s3], resources: [bucket, sealed], ...more });
  const client = new S3Client(cloud.options);
  return {
    ...cloud,
    client,
    put: (Key: string, Body: PutObjectCommandInput["Body"], input: Partial<PutObjectCommandInput> = {}) =>
      client.send(new PutObjectCommand({ Bucket, Key, Body, ...input })),
    get: async (Key: string, Range?: string) => {
      const { Body, ...head } = await client.send(
        new GetObjectCommand({ Bucket, Key, Range, ChecksumMode: "ENABLED" }),
      );
      return { ...head, text: await Body?.transformToString() };
    },
    keys: async (input: { Prefix?: string; Delimiter?: string; MaxKeys?: number; ContinuationToken?: string }) => {
      const page = await client.send(new ListObjectsV2Command({ Bucket, ...input }));
      return {
        keys: page.Contents?.map(({ Key }) => Key) ?? [],
        prefixes: page.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? [],
        next: page.NextContinuationToken,
      };
    },
  };
}

describe("an object", () => {
  it("is given back with its type, metadata and checksum", async () => {
    await using cloud = await start();
    const Metadata = { store: "sto_1" };
    await cloud.put("hooks/2026/a b+ü.json", '{"a":1}', { ContentType: "application/json", Metadata });
    const got = await cloud.get("hooks/2026/a b+ü.json");
    expect(got).toMatchObject({ text: '{"a":1}', ContentType: "application/json", Metadata, ContentLength: 7 });
    expect(got.ChecksumCRC32).toBeTruthy();
  });

  it("may come as a stream in chunks with a trailer", async () => {
    await using cloud = await start();
    const text = "0123456789".repeat(50_000);
    await cloud.put("large", Readable.from([Buffer.from(text)]), { ContentLength: text.length });
    expect((await cloud.get("large")).text).toBe(text);
  });

  it("is refused when its checksum does not match", async () => {
    await using cloud = await start();
    const put = cloud.put("bad", "hello", { ChecksumSHA256: Buffer.alloc(32).toString("base64") });
    await expect(put).rejects.toMatchObject({ name: "BadDigest" });
  });

  it("is read in parts", async () => {
    await using cloud = await start();
    await cloud.put("text", "0123456789");
    expect((await cloud.get("text", "bytes=2-4")).text).toBe("234");
    expect((await cloud.get("text", "bytes=-3")).text).toBe("789");
  });

  it("is written only when it is new, if asked", async () => {
    await using cloud = await start();
    await cloud.put("once", "a", { IfNoneMatch: "*" });
    await expect(cloud.put("once", "b", { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect((await cloud.get("once")).text).toBe("a");
  });

  it("is gone when it was deleted", async () => {
    await using cloud = await start();
    for (const Key of ["a", "b&c", "d"]) await cloud.put(Key, "x");
    await cloud.client.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    await cloud.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "b&c" }] } }));
    expect((await cloud.keys({})).keys).toEqual(["d"]);
    await expect(cloud.get("a")).rejects.toMatchObject({ name: "NoSuchKey" });
    const head = cloud.client.send(new HeadObjectCommand({ Bucket, Key: "a" }));
    await expect(head).rejects.toMatchObject({ name: "NotFound" });
  });

  it("that is missing is a secret to who may not list", async () => {
    const check = () => {
      throw new AwsError("AccessDenied", "no", 403);
    };
    await using cloud = await start({ access: { check, checkActor: () => undefined } });
    await expect(cloud.get("a")).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("survives a restart", async () => {
    const before = await start();
    await before.put("kept", "a");
    await before[Symbol.asyncDispose]();
    await using after = await start({ engine: before.engine });
    expect((await after.get("kept")).text).toBe("a");
  });
});

describe("a bucket", () => {
  it("lists its keys by prefix, delimiter and page", async () => {
    await using cloud = await start();
    for (const Key of ["a/1", "a/2", "b/1", "c"]) await cloud.put(Key, "x");
    expect((await cloud.keys({ Prefix: "a/" })).keys).toEqual(["a/1", "a/2"]);
    expect(await cloud.keys({ Delimiter: "/" })).toMatchObject({ keys: ["c"], prefixes: ["a/", "b/"] });
    const first = await cloud.keys({ MaxKeys: 3 });
    expect(first.keys).toEqual(["a/1", "a/2", "b/1"]);
    expect(await cloud.keys({ MaxKeys: 3, ...(first.next && { ContinuationToken: first.next }) })).toMatchObject({
      keys: ["c"],
      next: undefined,
    });
  });

  it("must exist", async () => {
    await using cloud = await start();
    const put = cloud.client.send(new PutObjectCommand({ Bucket: "none", Key: "a", Body: "x" }));
    await expect(put).rejects.toMatchObject({ name: "NoSuchBucket" });
  });

  it("asks IAM for the object, and for its key when it is encrypted", async () => {
    await using cloud = await start();
    await cloud.client.send(new PutObjectCommand({ Bucket: "sealed", Key: "a/b", Body: "x" }));
    expect(cloud.permissions.map(({ action, resource: on }) => [action, on])).toEqual([
      ["s3:PutObject", "arn:aws:s3:::sealed/a/b"],
      ["kms:GenerateDataKey", key],
    ]);
  });
});
