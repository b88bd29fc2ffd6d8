import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { authenticator, KEY_CACHE_MS, type StoredKey, secretHashOf } from "../../../functions/shell/caller.ts";
import { runtimeOf } from "../../../functions/shell/port.ts";
import { stateKey } from "../../../functions/table/keys.ts";
import { NOW } from "../../support/clock.ts";
import { memoryTable } from "../../support/memory-table.ts";
import { world } from "../../support/world.ts";

const NOW_MS = Date.parse(NOW);
const SECRET = "s".repeat(32);

/** An authenticator over a table with one key. */
async function gate(key: Partial<StoredKey> = {}, env: Record<string, string> = {}) {
  const table = memoryTable();
  const stored = { storeId: "sto_1", mode: "live", secretHash: secretHashOf(SECRET), ...key };
  const put = (more: object = {}) => table.write([{ put: { ...stateKey.key("key1"), ...stored, ...more } }]);
  await put();
  const { runtime } = world({ env });
  const callers = authenticator.create(runtimeOf(runtime, { table }));
  const callerOf = (token: string, nowMs = NOW_MS) => callers.callerOf(`Bearer ${token}`, nowMs);
  return { table, put, callerOf, callers };
}

describe("a store's key", () => {
  it("speaks for its store, live or test", async () => {
    const live = await gate();
    expect(await live.callerOf(`kolo_live_key1_${SECRET}`)).toEqual({
      kind: "key",
      id: "key1",
      storeId: "sto_1",
      test: false,
    });
    const test = await gate({ mode: "test" });
    expect(await test.callerOf(`kolo_test_key1_${SECRET}`)).toMatchObject({ kind: "key", test: true });
  });

  it("is nobody with a wrong secret, mode, id or form", async () => {
    const { callerOf, callers } = await gate();
    const wrong = [
      `kolo_live_key1_${"x".repeat(32)}`,
      `kolo_test_key1_${SECRET}`,
      `kolo_live_key2_${SECRET}`,
      `kolo_live_key1_${SECRET}x`,
      "kolo_live_key1_",
      "kolo_pub_key1",
      "kolo_",
    ];
    for (const token of wrong) expect(await callerOf(token), token).toBeUndefined();
    for (const header of [undefined, "", `kolo_live_key1_${SECRET}`, `Basic kolo_live_key1_${SECRET}`]) {
      expect(await callers.callerOf(header, NOW_MS)).toBeUndefined();
    }
  });

  it("for the browser needs no secret and is no other key", async () => {
    const { callerOf } = await gate({ mode: "publishable", secretHash: undefined });
    expect(await callerOf("kolo_pub_key1")).toEqual({ kind: "publishable", id: "key1", storeId: "sto_1" });
    expect(await callerOf(`kolo_live_key1_${SECRET}`)).toBeUndefined();
  });

  it("stops working within a minute of its revocation", async () => {
    const { callerOf, put } = await gate();
    const token = `kolo_live_key1_${SECRET}`;
    expect(await callerOf(token)).toBeDefined();
    await put({ revokedAt: NOW });
    expect(await callerOf(token, NOW_MS + KEY_CACHE_MS)).toBeUndefined();
    expect(KEY_CACHE_MS).toBeLessThanOrEqual(60_000);
  });

  it("is read once while it is remembered, unknown ones too", async () => {
    const { callerOf, table } = await gate();
    for (const token of [`kolo_live_key1_${SECRET}`, `kolo_live_none_${SECRET}`]) {
      const before = table.counts.gets;
      await callerOf(token);
      await callerOf(token, NOW_MS + KEY_CACHE_MS - 1);
      expect(table.counts.gets).toBe(before + 1);
    }
  });

  it("is judged anew when the clock was set back", async () => {
    const { callerOf, put } = await gate();
    const token = `kolo_live_key1_${SECRET}`;
    await callerOf(token, NOW_MS + 86_400_000);
    await put({ revokedAt: NOW });
    expect(await callerOf(token, NOW_MS)).toBeUndefined();
  });
});

describe("a staff token", () => {
  let issuer: string;
  let server: Server;
  let sign: (claims: Record<string, unknown>, options?: { expires?: string; kid?: string }) => Promise<string>;

  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "RS256", use: "sig" };
    server = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] }))).listen(0, "127.0.0.1");
    await once(server, "listening");
    issuer = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    sign = (claims, { expires = "1h", kid = "k1" } = {}) =>
      new SignJWT({ iss: issuer, client_id: "kolo", sub: "staff-1", ...claims })
        .setProtectedHeader({ alg: "RS256", kid })
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(privateKey);
  });
  afterAll(() => server.close());

  const callerOf = async (token: string) =>
    (await gate({}, { JWT_ISSUER: issuer, JWT_AUDIENCE: "kolo" })).callerOf(token);

  it("speaks for its groups that are roles", async () => {
    const token = await sign({ "cognito:groups": ["manager", "finance", "admins"] });
    expect(await callerOf(token)).toEqual({ kind: "staff", id: "staff-1", roles: ["manager", "finance"] });
    expect(await callerOf(await sign({}))).toEqual({ kind: "staff", id: "staff-1", roles: [] });
  });

  it("is for our audience, as an id token or an access token", async () => {
    expect(await callerOf(await sign({ client_id: undefined, aud: "kolo" }))).toBeDefined();
    expect(await callerOf(await sign({ client_id: "another" }))).toBeUndefined();
  });

  it("is nobody when it has expired, is of another issuer, or was changed", async () => {
    expect(await callerOf(await sign({}, { expires: "-1m" }))).toBeUndefined();
    expect(await callerOf(await sign({ iss: "https://evil.test" }))).toBeUndefined();
    const [header, , signature] = (await sign({})).split(".");
    const claims = Buffer.from(JSON.stringify({ iss: issuer, client_id: "kolo", sub: "boss" })).toString("base64url");
    expect(await callerOf(`${header}.${claims}.${signature}`)).toBeUndefined();
    const unsigned = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    expect(await callerOf(`${unsigned}.${claims}.`)).toBeUndefined();
  });
});
