import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signedHeaders } from "../../../functions/shell/aws-call.ts";
import { bucket } from "../../../functions/shell/bucket.ts";
import { world } from "../../support/world.ts";

/** The signer, requests and signatures that AWS publishes as examples of Signature Version 4 for S3. */
const example = world({
  now: "2013-05-24T00:00:00.000Z",
  env: {
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    AWS_REGION: "us-east-1",
  },
}).runtime;
const urlOf = (path: string) => new URL(`https://examplebucket.s3.amazonaws.com/${path}`);

describe("a request to the bucket", () => {
  it("is signed as AWS's own example of reading an object", async () => {
    const headers = { range: "bytes=0-9" };
    const call = { service: "s3", method: "GET" as const, url: urlOf("test.txt"), headers };
    expect((await signedHeaders(example, call)).authorization).toBe(
      "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, " +
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, " +
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
  });

  it("carries the hash of what it writes in its signature", async () => {
    const body = Buffer.from("Welcome to Amazon S3.");
    const headers = await signedHeaders(example, {
      service: "s3",
      method: "PUT",
      url: urlOf("test%24file.text"),
      body,
    });
    expect(headers["x-amz-content-sha256"]).toBe("44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
    expect(headers.authorization).toContain("SignedHeaders=host;x-amz-content-sha256;x-amz-date");
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
