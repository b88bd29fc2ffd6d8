import { createHash, timingSafeEqual } from "node:crypto";
import { JwtVerifier } from "aws-jwt-verify";
import { FetchError } from "aws-jwt-verify/error";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import { table } from "../table/dynamo.ts";
import { stateKey } from "../table/keys.ts";
import type { Table } from "../table/table.ts";
import { port, setting } from "./port.ts";

export type Role = "owner" | "manager" | "marketer" | "finance" | "key" | "publishable";

/** Who sent a request. */
export type Caller =
  | { kind: "staff"; id: string; roles: readonly Role[] }
  | { kind: "key"; id: string; storeId: string; test: boolean }
  | { kind: "publishable"; id: string; storeId: string };

/** A stored key: what is kept of it is a hash. */
export interface StoredKey {
  storeId: string;
  mode: "live" | "test" | "publishable";
  secretHash?: string;
  revokedAt?: string;
}

/** Turns the Authorization header into a caller; `undefined` for no or bad credentials. */
export interface Authenticator {
  callerOf(authorization: string | undefined, nowMs: number): Promise<Caller | undefined>;
}

/** How long a key's answer is believed, in ms: a revocation works within it. */
export const KEY_CACHE_MS = 30_000;
/** Remembered keys at most, so that guessing cannot fill the memory. */
const KEYS_REMEMBERED_MAX = 5_000;

const SECRET_KEY = /^kolo_(live|test)_([0-9A-Za-z]{1,40})_([0-9A-Za-z_-]{20,100})$/;
const PUBLISHABLE_KEY = /^kolo_pub_([0-9A-Za-z]{1,40})$/;
const STAFF_ROLES: readonly Role[] = ["owner", "manager", "marketer", "finance"];

/** What is kept of a key's secret. */
export const secretHashOf = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

const sameHash = (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

interface Remembered {
  key: StoredKey | undefined;
  until: number;
}

class Keys {
  readonly #table: Table;
  readonly #known = new Map<string, Remembered>();

  constructor(source: Table) {
    this.#table = source;
  }

  async get(id: string, nowMs: number): Promise<StoredKey | undefined> {
    const known = this.#known.get(id);
    if (known && known.until > nowMs && known.until - nowMs <= KEY_CACHE_MS) return known.key;
    const item = await this.#table.get(stateKey.key(id));
    const key = item as unknown as StoredKey | undefined;
    if (this.#known.size >= KEYS_REMEMBERED_MAX) this.#known.clear();
    this.#known.set(id, { key, until: nowMs + KEY_CACHE_MS });
    return key;
  }
}

async function callerOfKey(token: string, keys: Keys, nowMs: number): Promise<Caller | undefined> {
  const secret = SECRET_KEY.exec(token);
  const id = secret?.[2] ?? PUBLISHABLE_KEY.exec(token)?.[1];
  const key = id === undefined ? undefined : await keys.get(id, nowMs);
  if (!id || !key || key.revokedAt) return undefined;
  if (!secret) return key.mode === "publishable" ? { kind: "publishable", id, storeId: key.storeId } : undefined;
  const [, mode, , value = ""] = secret;
  if (key.mode !== mode || !key.secretHash || !sameHash(secretHashOf(value), key.secretHash)) return undefined;
  return { kind: "key", id, storeId: key.storeId, test: mode === "test" };
}

interface StaffClaims {
  sub?: unknown;
  exp?: unknown;
  client_id?: unknown;
  aud?: unknown;
  token_use?: unknown;
  "cognito:groups"?: unknown;
}

/** Cognito says what a token is for: an access token names its client, an identity token its audience. */
function isFor(audience: string, { client_id: client, aud, token_use: use }: StaffClaims): boolean {
  if (use === undefined) return client === audience || aud === audience;
  return (use === "access" && client === audience) || (use === "id" && aud === audience);
}

function callerOfClaims(claims: StaffClaims, audience: string): Caller | undefined {
  if (!isFor(audience, claims)) return undefined;
  // The verifier lets a token without an end pass.
  if (typeof claims.sub !== "string" || typeof claims.exp !== "number") return undefined;
  const groups = Array.isArray(claims["cognito:groups"]) ? claims["cognito:groups"] : [];
  return { kind: "staff", id: claims.sub, roles: STAFF_ROLES.filter((role) => groups.includes(role)) };
}

const FETCH_TIMEOUT_MS = 3_000;

function verifierOf(issuer: string) {
  const fetcher = {
    async fetch(uri: string) {
      // Any other error would be read as a bad token.
      const failed = (error: Error) => {
        throw new FetchError(uri, error.message);
      };
      const answer = await fetch(uri, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) }).catch(failed);
      if (!answer.ok) throw new FetchError(uri, `The issuer's keys answer ${answer.status}.`);
      return answer.arrayBuffer().catch(failed);
    },
  };
  const options = { issuer, audience: null, jwksUri: `${issuer}/.well-known/jwks.json` };
  return JwtVerifier.create(options, { jwksCache: new SimpleJwksCache({ fetcher }) });
}

/** Every reason to refuse a token is the same to its sender; an issuer that does not answer is our fault. */
function refused(error: unknown): undefined {
  if (error instanceof FetchError) throw error;
}

/** Staff by JWT of the configured issuer, stores by key. */
export const authenticator = port("authenticator", (runtime): Authenticator => {
  const keys = new Keys(runtime.get(table));
  const issuer = setting(runtime, "JWT_ISSUER");
  const audience = setting(runtime, "JWT_AUDIENCE");
  const verifier = verifierOf(issuer);
  return {
    async callerOf(authorization, nowMs) {
      const token = /^Bearer ([\x21-\x7e]{1,8192})$/i.exec(authorization ?? "")?.[1];
      if (!token) return undefined;
      if (token.startsWith("kolo_")) return callerOfKey(token, keys, nowMs);
      const claims = await verifier.verify(token).catch(refused);
      return claims && callerOfClaims(claims as StaffClaims, audience);
    },
  };
});
