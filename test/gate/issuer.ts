import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

type Fields = Record<string, unknown>;

/** An issuer of staff tokens with its keys on loopback, and what an attacker can make of them. */
export interface Issuer {
  url: string;
  /** An access token as the issuer signs it; give what is different. */
  token(claims?: Fields, header?: Fields): string;
  /** A token of an owner that somebody else signed, or nobody. */
  forged(by: (signed: string) => Buffer | string, header: Fields, claims?: Fields): string;
  /** RSA and SHA-256 with the attacker's own key. */
  byAttacker(signed: string): Buffer;
  /** HMAC with a text that the attacker knows. */
  byText(text: string | Buffer): (signed: string) => Buffer;
  /** The issuer's public key, as anyone can read it. */
  publicKey: KeyObject;
  /** The attacker's public key. */
  attackerKey: KeyObject;
  /** Every path that was asked for. */
  asked: string[];
  close(): void;
}

/** Who our tokens are for. */
export const AUDIENCE = "kolo";
/** The name of the issuer's key. */
export const KID = "k1";

const coded = (value: Fields) => Buffer.from(JSON.stringify(value)).toString("base64url");
const rsa = (key: KeyObject) => (signed: string) => sign("sha256", Buffer.from(signed), key);

/** Opens an issuer. */
export async function openIssuer(): Promise<Issuer> {
  const [ours, theirs] = [0, 1].map(() => generateKeyPairSync("rsa", { modulusLength: 2048 }));
  if (!ours || !theirs) throw new Error("There are no keys.");
  const asked: string[] = [];
  const keysAt = (path: string) => (path.startsWith("/.well-known/") ? ours.publicKey : theirs.publicKey);
  const server = createServer(({ url = "/" }, response) => {
    asked.push(url);
    const jwk = { ...keysAt(url).export({ format: "jwk" }), kid: KID, alg: "RS256", use: "sig" };
    response.end(JSON.stringify({ keys: [jwk] }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const now = Math.floor(Date.now() / 1_000);
  const claimsOf = (more: Fields): Fields => ({
    ...{ iss: url, sub: "staff-1", client_id: AUDIENCE, token_use: "access", iat: now, exp: now + 3_600 },
    ...more,
  });
  const made = (by: (signed: string) => Buffer | string, header: Fields, claims: Fields) => {
    const signed = `${coded(header)}.${coded(claimsOf(claims))}`;
    return `${signed}.${Buffer.from(by(signed)).toString("base64url")}`;
  };
  return {
    url,
    asked,
    token: (claims = {}, header = {}) => made(rsa(ours.privateKey), { alg: "RS256", kid: KID, ...header }, claims),
    forged: (by, header, claims) => made(by, header, { "cognito:groups": ["owner"], ...claims }),
    byAttacker: rsa(theirs.privateKey),
    byText: (text) => (signed) => createHmac("sha256", text).update(signed).digest(),
    publicKey: ours.publicKey,
    attackerKey: theirs.publicKey,
    close: () => server.close(),
  };
}
