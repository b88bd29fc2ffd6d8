import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DOUBT_MS, fingerprints, vault } from "../../../functions/shell/secrets.ts";
import { openFingerprints } from "../../support/doubles.ts";
import { type World, world } from "../../support/world.ts";

const SECRETS: Record<string, string> = { "arn:identity": "pepper", "arn:vault": "a key of the deployment" };
let server: Server;
let runtime: World["runtime"];
let clock: World["clock"];
let reads = 0;
let failures = 0;

/** Secrets Manager, as far as reading one goes. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { SecretId } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    reads += 1;
    response.statusCode = failures > 0 ? 400 : 200;
    failures = Math.max(0, failures - 1);
    response.end(JSON.stringify({ SecretString: SECRETS[SecretId] }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const env = { AWS_ENDPOINT_URL: url, IDENTITY_SECRET_ARN: "arn:identity", VAULT_SECRET_ARN: "arn:vault" };
  ({ runtime, clock } = world({ env }));
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

describe("a fingerprint", () => {
  it("says nothing of the person, and the same of the same person", async () => {
    const real = fingerprints.create(runtime);
    const mail = { kind: "email" as const, value: "olena@example.com" };
    expect(await real.of(mail)).toMatch(/^[\w-]{32}$/);
    expect(await real.of(mail)).toBe(await real.of({ ...mail }));
    expect(await real.of(mail)).not.toBe(await real.of({ ...mail, kind: "external" }));
    expect(await openFingerprints.of(mail)).toBe(await real.of(mail));
  });

  it("reads its pepper once, and again after a failure", async () => {
    const real = fingerprints.create(runtime);
    reads = 0;
    failures = 1;
    await expect(real.of({ kind: "phone", value: "+380671112233" })).rejects.toThrow();
    await real.of({ kind: "phone", value: "+380671112233" });
    await real.of({ kind: "phone", value: "+380671112234" });
    expect(reads).toBe(2);
  });
});

describe("the vault", () => {
  it("opens what it sealed, and seals the same text never alike", async () => {
    const sealed = vault.create(runtime);
    const [one, two] = [await sealed.seal("секрет", "hook#1"), await sealed.seal("секрет", "hook#1")];
    expect(one).not.toBe(two);
    expect(one).not.toContain("секрет");
    expect([await sealed.open(one, "hook#1"), await sealed.open(two, "hook#1")]).toEqual(["секрет", "секрет"]);
  });

  it("opens nothing in another place, and nothing that was changed", async () => {
    const sealed = vault.create(runtime);
    const text = await sealed.seal("secret", "hook#1");
    await expect(sealed.open(text, "hook#2")).rejects.toThrow();
    const bytes = Buffer.from(text, "base64");
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await expect(sealed.open(bytes.toString("base64"), "hook#1")).rejects.toThrow();
  });
});

describe("the vault's key", () => {
  const FIRST = "the first key";
  /** What an operator does: a new key before the ones that there are. */
  const turn = (key: string) => {
    SECRETS["arn:vault"] = `${key}\n${SECRETS["arn:vault"]}`;
  };

  it("is changed while everything that older ones sealed opens", async () => {
    SECRETS["arn:vault"] = FIRST;
    const old = await vault.create(runtime).seal("secret", "hook#1");
    turn("the second key");
    turn("the third key");
    const fresh = vault.create(runtime);
    expect(await fresh.open(old, "hook#1")).toBe("secret");
    const sealed = await fresh.seal("secret", "hook#1");
    SECRETS["arn:vault"] = "the third key";
    const forgetful = vault.create(runtime);
    expect(await forgetful.open(sealed, "hook#1")).toBe("secret");
    await expect(forgetful.open(old, "hook#1")).rejects.toThrow("do not open");
  });

  it("is read again by a process that holds the old one, when that does not open something", async () => {
    SECRETS["arn:vault"] = FIRST;
    const warm = vault.create(runtime);
    await warm.seal("anything", "hook#1");
    turn("the second key");
    const sealed = await vault.create(runtime).seal("secret", "hook#1");
    clock.advance(DOUBT_MS);
    reads = 0;
    expect(await warm.open(sealed, "hook#1")).toBe("secret");
    expect(reads).toBe(1);
  });

  it("is not read each time that something does not open", async () => {
    const sealed = vault.create(runtime);
    await sealed.seal("anything", "hook#1");
    reads = 0;
    for (let tried = 0; tried < 20; tried += 1) {
      await expect(sealed.open("x".repeat(60), "hook#1")).rejects.toThrow();
    }
    expect(reads).toBe(0);
  });
});
