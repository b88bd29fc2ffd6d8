import { secretHashOf } from "../../functions/shell/caller.ts";
import { stateKey } from "../../functions/table/keys.ts";
import type { Table } from "../../functions/table/table.ts";
import { type Issuer, KID } from "./issuer.ts";
import type { CountsAs } from "./may.ts";

/** Everybody who comes to the gate: by name, whom they count as, and what they bring as `Authorization`. */
export type Principal = [name: string, who: CountsAs, authorization: string | undefined];

const SECRET = "s".repeat(43);
const NOW_S = Math.floor(Date.now() / 1_000);

/** Keys as the table holds them: two stores, live, test and for the browser, and what was revoked. */
export async function keepKeys(table: Table): Promise<void> {
  const secretHash = secretHashOf(SECRET);
  const revoked = { revokedAt: "2026-11-20T11:00:00.000Z" };
  const kept: Record<string, object> = {
    own: { storeId: "sto_1", mode: "live", secretHash },
    test: { storeId: "sto_1", mode: "test", secretHash },
    other: { storeId: "sto_2", mode: "live", secretHash: secretHashOf("o".repeat(43)) },
    pub: { storeId: "sto_1", mode: "publishable" },
    gone: { storeId: "sto_1", mode: "live", secretHash, ...revoked },
    gonepub: { storeId: "sto_1", mode: "publishable", ...revoked },
    hashless: { storeId: "sto_1", mode: "live" },
  };
  await table.write(Object.entries(kept).map(([id, key]) => ({ put: { ...stateKey.key(id), ...key } })));
}

const bearer = (token: string) => `Bearer ${token}`;
const live = (id: string, secret = SECRET) => bearer(`kolo_live_${id}_${secret}`);

/** Keys, good and bad. */
const keys: Principal[] = [
  ["a store's key", "key", live("own")],
  ["a store's key, its scheme in lower case", "key", live("own").replace("Bearer", "bearer")],
  ["a test key", "key", bearer(`kolo_test_test_${SECRET}`)],
  ["the key of another store", "key", live("other", "o".repeat(43))],
  ["a publishable key", "publishable", bearer("kolo_pub_pub")],
  ["a revoked key", "nobody", live("gone")],
  ["a revoked publishable key", "nobody", bearer("kolo_pub_gonepub")],
  ["a key with another store's secret", "nobody", live("own", "o".repeat(43))],
  ["a key with its secret cut", "nobody", live("own", SECRET.slice(1))],
  ["a key with more behind its secret", "nobody", live("own", `${SECRET}s`)],
  ["a key that was never made", "nobody", live("never")],
  ["a key without a secret in the table", "nobody", live("hashless")],
  ["a live key that says it is a test key", "nobody", bearer(`kolo_test_own_${SECRET}`)],
  ["a test key that says it is live", "nobody", live("test")],
  ["a live key as a publishable one", "nobody", bearer("kolo_pub_own")],
  ["a publishable key as a live one", "nobody", live("pub")],
  ["a key's id with a path in it", "nobody", live("../own")],
  ["a key's id with a partition in it", "nobody", live("own#state")],
  ["the hash of a secret as the secret", "nobody", live("own", secretHashOf(SECRET))],
  ["a key as a password", "nobody", `Basic ${Buffer.from(`own:${SECRET}`).toString("base64")}`],
];

/** What is no credential at all. */
const oddities: Principal[] = [
  ["nobody", "nobody", undefined],
  ["an empty header", "nobody", ""],
  ["a scheme without a token", "nobody", "Bearer "],
  ["a key without a scheme", "nobody", `kolo_live_own_${SECRET}`],
  ["two keys in two headers", "nobody", `${live("own")},${live("own")}`],
  ["two keys in two headers, spaced", "nobody", `${live("own")}, ${live("other", "o".repeat(43))}`],
  ["a key behind a bad one", "nobody", `${live("never")}, ${live("own")}`],
  ["a token of a space", "nobody", "Bearer  "],
  ["a token with a line break", "nobody", `${live("own")}\r\nx: y`],
  ["a token of 9,000 letters", "nobody", bearer("a".repeat(9_000))],
  ["a word", "nobody", bearer("owner")],
  ["a token of dots", "nobody", bearer("..")],
  ["a prototype", "nobody", bearer("kolo_pub___proto__")],
];

/** Tokens that the issuer signed. */
function issued({ token, url }: Issuer): Principal[] {
  const of = (role: string, more: object = {}) => bearer(token({ "cognito:groups": [role], ...more }));
  const roles = ["owner", "manager", "marketer", "finance"] as const;
  return [
    ...roles.map((role): Principal => [`the ${role}`, role, of(role)]),
    ["the owner by an identity token", "owner", of("owner", { client_id: undefined, aud: "kolo", token_use: "id" })],
    ["staff without a role", "known", bearer(token())],
    ["staff of a group that is no role", "known", of("admin")],
    ["staff whose role has other letters", "known", of("Owner")],
    ["staff with a role as a text", "known", bearer(token({ "cognito:groups": "owner" }))],
    ["staff who say they are a key", "known", of("key")],
    ["an expired token", "nobody", of("owner", { exp: NOW_S - 60 })],
    ["a token that never expires", "nobody", of("owner", { exp: undefined })],
    ["a token that begins tomorrow", "nobody", of("owner", { nbf: NOW_S + 86_400 })],
    ["a token of another issuer", "nobody", of("owner", { iss: "https://evil.test" })],
    ["a token of an issuer with our address in its name", "nobody", of("owner", { iss: `${url}/evil` })],
    ["a token without an issuer", "nobody", of("owner", { iss: undefined })],
    ["a token for another client", "nobody", of("owner", { client_id: "another" })],
    ["a token for another audience", "nobody", of("owner", { client_id: undefined, aud: "another" })],
    ["a token for nobody", "nobody", of("owner", { client_id: undefined })],
    ["an access token for us as its audience alone", "nobody", of("owner", { client_id: "another", aud: "kolo" })],
    ["an identity token by our client alone", "nobody", of("owner", { aud: "another", token_use: "id" })],
    ["a refresh token", "nobody", of("owner", { token_use: "refresh" })],
    ["a token without a subject", "nobody", of("owner", { sub: undefined })],
    ["a token with a list of subjects", "nobody", of("owner", { sub: ["staff-1"] })],
  ];
}

/** Tokens that somebody else made. */
function forged(issuer: Issuer): Principal[] {
  const { forged: forge, byAttacker, byText, publicKey, attackerKey, url } = issuer;
  const pem = publicKey.export({ format: "pem", type: "spki" });
  const pkcs1 = publicKey.export({ format: "pem", type: "pkcs1" });
  const der = publicKey.export({ format: "der", type: "spki" });
  const { n = "" } = publicKey.export({ format: "jwk" });
  const jwk = { ...attackerKey.export({ format: "jwk" }), kid: KID, alg: "RS256", use: "sig" };
  const rs = { alg: "RS256", kid: KID };
  const hs = { alg: "HS256", kid: KID };
  const evil = `${url}/evil/jwks.json`;
  const x5c = [attackerKey.export({ format: "der", type: "spki" }).toString("base64")];
  const made: [name: string, token: string][] = [
    ...["none", "None", "NONE", "nOnE"].map((alg): [string, string] => [
      `without a signature, by "${alg}"`,
      forge(() => "", { alg, kid: KID }),
    ]),
    ['with a signature, by "none"', forge(byAttacker, { alg: "none", kid: KID })],
    ["without an algorithm", forge(byAttacker, { kid: KID })],
    ["by an empty algorithm", forge(byAttacker, { alg: "", kid: KID })],
    ["by HMAC with the public key as PEM", forge(byText(pem), hs)],
    ["by HMAC with the public key as PKCS #1", forge(byText(pkcs1), hs)],
    ["by HMAC with the public key's bytes", forge(byText(der), hs)],
    ["by HMAC with the public key's modulus", forge(byText(n), hs)],
    ["by HMAC with nothing", forge(byText(""), hs)],
    ["by HMAC, said to be RSA", forge(byText(pem), rs)],
    ["by another RSA key of the same name", forge(byAttacker, rs)],
    ["by a key of no name", forge(byAttacker, { alg: "RS256" })],
    ["by a key of an unknown name", forge(byAttacker, { alg: "RS256", kid: "k2" })],
    ["by a key that is a path", forge(byText(""), { alg: "HS256", kid: "../../../../dev/null" })],
    ["by a key that is a path of ours", forge(byAttacker, { alg: "RS256", kid: "../evil/jwks.json" })],
    ["by a key that is SQL", forge(byText("x"), { alg: "HS256", kid: "' UNION SELECT 'x" })],
    ["by a key that is an address", forge(byAttacker, { alg: "RS256", kid: evil })],
    ["by a key of the prototype", forge(byAttacker, { alg: "RS256", kid: "__proto__" })],
    ["by a key that comes with it (jwk)", forge(byAttacker, { ...rs, jwk })],
    ["by a key that it says where to find (jku)", forge(byAttacker, { ...rs, jku: evil })],
    ["by a key of an unknown name that it says where to find", forge(byAttacker, { ...rs, kid: "k3", jku: evil })],
    ["by a certificate that comes with it (x5c)", forge(byAttacker, { ...rs, x5c })],
    ["by a certificate that it says where to find (x5u)", forge(byAttacker, { ...rs, x5u: evil })],
    ["by an algorithm of another kind", forge(byAttacker, { alg: "ES256", kid: KID })],
    ["by RSA-PSS", forge(byAttacker, { alg: "PS256", kid: KID })],
    ["that says it is critical", forge(byAttacker, { ...rs, crit: ["exp"], b64: false })],
  ];
  return made.map(([name, token]) => [`a token ${name}`, "nobody", bearer(token)]);
}

/** A good token of which a part was changed. */
function changed({ token }: Issuer): Principal[] {
  const [header = "", claims = "", signature = ""] = token({ "cognito:groups": ["marketer"] }).split(".");
  const promoted = JSON.parse(Buffer.from(claims, "base64url").toString()) as object;
  const boss = Buffer.from(JSON.stringify({ ...promoted, "cognito:groups": ["owner"] })).toString("base64url");
  const parts: [name: string, token: string][] = [
    ["whose role was changed", `${header}.${boss}.${signature}`],
    ["whose signature was cut off", `${header}.${claims}.`],
    ["without its last part", `${header}.${claims}`],
    ["with a fourth part", `${header}.${claims}.${signature}.${signature}`],
    ["with a cut signature", `${header}.${claims}.${signature.slice(0, -4)}`],
    ["whose signature is of zeros", `${header}.${claims}.${Buffer.alloc(256).toString("base64url")}`],
    ["whose parts changed places", `${claims}.${header}.${signature}`],
    ["in two", `${header}.${claims}.${signature},${header}.${boss}.${signature}`],
  ];
  return parts.map(([name, one]) => [`a token ${name}`, "nobody", bearer(one)]);
}

/** Everybody. */
export const principalsOf = (issuer: Issuer): Principal[] => [
  ...issued(issuer),
  ...keys,
  ...oddities,
  ...forged(issuer),
  ...changed(issuer),
];
