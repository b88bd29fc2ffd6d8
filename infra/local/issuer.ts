import { createHash, randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import { readSetting, writeSetting } from "./engine-database.ts";
import type { Engine, Topology } from "./ports.ts";

const TOKEN_SECONDS = 30 * 86_400;
const KEY_SETTING = "issuer.key";

/** Stands in for Amazon Cognito's token issuer, with a key of its own that outlives a restart. */
export interface Issuer {
  /** A token for every group of the user pool, by the group's name. */
  credentials(): Promise<Record<string, string>>;
  /** The document at a path below the issuer's URL, or nothing. */
  document(pool: string, path: string): object | undefined;
  /** A text of a template with Cognito's and the API's own URLs turned into those of this machine. */
  localize(text: string): string;
}

/** Makes the issuer of all user pools. `url` is the origin of the public server. */
export async function makeIssuer(topology: Topology, engine: Engine, url: string): Promise<Issuer> {
  const privateJwk = await keyOf(engine);
  const { kty, n, e, kid } = privateJwk;
  const keys = [{ kty, n, e, kid, alg: "RS256", use: "sig" }];
  const signingKey = await importJWK(privateJwk, "RS256");
  const pool = topology.all("AWS::Cognito::UserPool")[0]?.ref ?? "local";
  const client = topology.all("AWS::Cognito::UserPoolClient")[0]?.ref ?? "local";
  const issuerOf = (poolId: string) => `${url}/_local/issuer/${poolId}`;
  const token = (group: string) => {
    const now = Math.floor(engine.now() / 1000);
    return new SignJWT(claimsOf(group, client, now))
      .setProtectedHeader({ alg: "RS256", kid: kid ?? "local" })
      .setIssuer(issuerOf(pool))
      .setIssuedAt(now)
      .setExpirationTime(now + TOKEN_SECONDS)
      .sign(signingKey);
  };
  return {
    async credentials() {
      const groups = topology.all("AWS::Cognito::UserPoolGroup").map(({ properties }) => String(properties.GroupName));
      return Object.fromEntries(await Promise.all(groups.map(async (group) => [group, await token(group)] as const)));
    },
    document(poolId, path) {
      if (path === "/.well-known/jwks.json") return { keys };
      if (path !== "/.well-known/openid-configuration") return undefined;
      return {
        issuer: issuerOf(poolId),
        jwks_uri: `${issuerOf(poolId)}/.well-known/jwks.json`,
        id_token_signing_alg_values_supported: ["RS256"],
        subject_types_supported: ["public"],
        response_types_supported: ["code", "token"],
      };
    },
    localize: (text) =>
      text
        .replace(/https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com\/([\w-]+)/g, (_match, poolId: string) =>
          issuerOf(poolId),
        )
        .replace(/https:\/\/[a-z0-9]{10}\.execute-api\.[a-z0-9-]+\.amazonaws\.com/g, url),
  };
}

/** The claims of Cognito's access token, with the audience that its identity token would add. */
function claimsOf(group: string, client: string, now: number): Record<string, unknown> {
  const hex = createHash("sha256").update(group).digest("hex");
  const sub = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
  return {
    sub,
    "cognito:groups": [group],
    username: sub,
    client_id: client,
    aud: client,
    token_use: "access",
    scope: "openid",
    auth_time: now,
    jti: randomUUID(),
  };
}

async function keyOf({ database }: Engine): Promise<JWK> {
  const kept = readSetting(database, KEY_SETTING);
  if (kept) return JSON.parse(kept) as JWK;
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: randomUUID() };
  writeSetting(database, KEY_SETTING, JSON.stringify(jwk));
  return jwk;
}
