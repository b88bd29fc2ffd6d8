import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bucket, type S3Signer, signed } from "../../../functions/shell/bucket.ts";
import { world } from "../../support/world.ts";

/** The signer, requests and signatures that AWS publishes as examples of Signature Version 4 for S3. */
const AWS_EXAMPLE: S3Signer = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
};
const AT = "2013-05-24T00:00:00.000Z";
const urlOf = (path: string) => new URL(`https://examplebucket.s3.amazonaws.com/${path}`);

describe("a request to the bucket", () => {
  it("is signed as AWS's own example of reading an object", () => {
    const request = {
      method: "GET" as const,
      url: urlOf("test.txt"),
      headers: { range: "bytes=0-9" },
      body: Buffer.alloc(0),
    };
    expect(signed(request, AWS_EXAMPLE, AT).authorization).toBe(
      "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date," +
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
  });

  it("is signed as AWS's own example of writing one", () => {
    const headers = { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" };
    const request = {
      method: "PUT" as const,
      url: urlOf("test%24file.text"),
      headers,
      body: Buffer.from("Welcome to Amazon S3."),
    };
    expect(signed(request, AWS_EXAMPLE, AT).authorization).toContain(
      "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    );
  });
});

/** A server that holds objects, and answers the first requests as it is told. */
class Objects {
  readonly stored = new Map<string, Buffer>();
  readonly seen: IncomingMessage[] = [];
  troubles: number[] = [];
  server: Server | undefined;

  async start(): Promise<string> {
    this.server = createServer(async (request, response) => {
      this.seen.push(request);
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const trouble = this.troubles.shift();
      const found = this.stored.get(request.url ?? "");
      if (!trouble && request.method === "PUT") this.stored.set(request.url ?? "", Buffer.concat(chunks));
      response.statusCode = trouble ?? (request.method === "GET" && !found ? 404 : 200);
      response.end(request.method === "GET" && !trouble ? found : undefined);
    });
    await new Promise<void>((done) => this.server?.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
}

describe("the bucket", () => {
  const objects = new Objects();
  let endpoint = "";
  beforeAll(async () => {
    endpoint = await objects.start();
  });
  afterAll(() => void objects.server?.close());

  const opened = () => {
    const env = {
      ...{ AWS_ENDPOINT_URL: endpoint, AWS_REGION: "eu-central-1", BUCKET_NAME: "raw" },
      ...{ AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token" },
    };
    const { runtime } = world({ env, replaced: () => ({ pause: async () => {} }) });
    return runtime.get(bucket);
  };

  it("gives back the bytes that it took, and nothing for what it never had", async () => {
    const bytes = Buffer.from([0, 255, 10, 13]);
    await opened().put("quarantine/hok_1/qua (1)", bytes);
    expect([...objects.stored.keys()]).toEqual(["/raw/quarantine/hok_1/qua%20%281%29"]);
    expect(await opened().get("quarantine/hok_1/qua (1)")).toEqual(bytes);
    expect(await opened().get("quarantine/nothing")).toBeUndefined();
  });

  it("names its signer and carries its token", async () => {
    await opened().put("a", Buffer.from("b"));
    expect(objects.seen.at(-1)?.headers).toMatchObject({
      "x-amz-security-token": "token",
      authorization: expect.stringContaining("Credential=key/20261120/eu-central-1/s3/aws4_request"),
    });
  });

  it("is asked again through its own troubles, three times at most", async () => {
    objects.troubles = [503, 500];
    await opened().put("troubled", Buffer.from("safe"));
    expect(objects.stored.get("/raw/troubled")?.toString()).toBe("safe");
    objects.troubles = [503, 503, 503];
    await expect(opened().put("lost", Buffer.from("x"))).rejects.toThrow("503");
    expect(objects.stored.has("/raw/lost")).toBe(false);
  });

  it("is not asked again when it refuses", async () => {
    objects.troubles = [403];
    const before = objects.seen.length;
    await expect(opened().put("forbidden", Buffer.from("x"))).rejects.toThrow("403");
    expect(objects.seen.length).toBe(before + 1);
  });
});
