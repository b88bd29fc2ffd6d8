import { createHash, createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { NOW } from "../support/clock.ts";
import type { SenderName, Wire } from "../support/providers.ts";

/** A signed delivery as somebody may change it. */
export interface Signed extends Wire {
  /** The header that carries the signature, and the signature. */
  header: string;
  signature: string;
  secret: string;
  /** Signs other bytes, or by another secret, as the provider does. */
  sign(raw: Buffer, secret?: string): string;
}

/** What reaches the door instead. */
export interface Changed extends Partial<Wire> {
  /** What the gateway says of it. */
  event?: Partial<APIGatewayProxyEventV2>;
}

export type Forgery = [what: string, forge: (signed: Signed) => Changed];

/** What every forgery starts from: ids that no float holds, letters of more than one byte, two forms of one word. */
export const BODY = '{"id":5820982911946154508,"note":"Ünïcode", "amount": 2.10,\r\n"name":"Оля"}';
const T = Math.floor(Date.parse(NOW) / 1_000);

const signature = (to: (signed: Signed) => string) => (signed: Signed) => ({
  headers: { [signed.header]: to(signed) },
});
const body = (to: (raw: Buffer) => Buffer | string) => (signed: Signed) => ({ raw: Buffer.from(to(signed.raw)) });
const text = (to: (text: string) => string) => body((raw) => to(raw.toString()));
const elsewhere = (name: string, to: (signed: Signed) => string) => (signed: Signed) => ({
  headers: { [signed.header]: undefined as never, [name]: to(signed) },
});
const sha256 = (secret: string, bytes: string | Buffer) => createHmac("sha256", secret).update(bytes);
const sortedKeys = (json: string) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(json)).sort()));

/** What can be wrong with any delivery. */
export const ANY: Forgery[] = [
  ["without a signature", ({ header }) => ({ headers: { [header]: undefined as never } })],
  ["with an empty signature", signature(() => "")],
  ["with a signature of spaces", signature(() => "   ")],
  ["with its header twice", signature((one) => `${one.signature},${one.signature}`)],
  ["with its header twice, spaced", signature((one) => `${one.signature}, ${one.signature}`)],
  ["with a bad header before the good one", signature((one) => `${one.signature.slice(0, -3)}AAA,${one.signature}`)],
  ["with a cut signature", signature((one) => one.signature.slice(0, -2))],
  ["with a signature cut at its beginning", signature((one) => one.signature.slice(1))],
  ["with more behind its signature", signature((one) => `${one.signature}A`)],
  ["with a signature in quotes", signature((one) => `"${one.signature}"`)],
  ["with a signature escaped for addresses", signature((one) => encodeURIComponent(one.signature))],
  ["with a signature of enormous length", signature((one) => one.signature.repeat(10_000))],
  ["with a NUL behind its signature", signature((one) => `${one.signature}\u0000`)],
  ["signed with another secret", signature((one) => one.sign(one.raw, "another"))],
  ["signed with the secret of another store", signature((one) => one.sign(one.raw, "of another store"))],
  ["signed with the secret and a line break", signature((one) => one.sign(one.raw, `${one.secret}\n`))],
  ["signed with the secret in capitals", signature((one) => one.sign(one.raw, one.secret.toUpperCase()))],
  ["signed with no secret", signature((one) => one.sign(one.raw, ""))],
  ["with the signature of another delivery", signature((one) => one.sign(Buffer.from('{"id":1}')))],
  ["with the signature of nothing", signature((one) => one.sign(Buffer.alloc(0)))],
  ["with the secret itself", signature((one) => one.secret)],
  ["with its signature in a header of another name", elsewhere("x-signature", (one) => one.signature)],
  ["with its signature as authorization", elsewhere("authorization", (one) => `Bearer ${one.signature}`)],
  ["with its signature in a cookie", elsewhere("cookie", (one) => `${one.header}=${one.signature}`)],
  ["with its signature in a header with underscores", (one) => underscored(one)],
  ["with another byte in its body", body((raw) => Buffer.from(raw.map((byte, at) => (at === 5 ? byte ^ 1 : byte))))],
  ["with a new line behind its body", text((json) => `${json}\n`)],
  ["with a space before its body", text((json) => ` ${json}`)],
  ["with a byte order mark before its body", text((json) => `\ufeff${json}`)],
  ["with a NUL behind its body", text((json) => `${json}\u0000`)],
  ["with its body written anew", text((json) => JSON.stringify(JSON.parse(json)))],
  ["with its keys in another order", text(sortedKeys)],
  ["with its lines ended in another way", text((json) => json.replaceAll("\r\n", "\n"))],
  ["with its letters composed in another way", text((json) => json.normalize("NFD"))],
  ["with its letters escaped", text((json) => json.replace("Ü", "\\u00dc"))],
  ["with a cut body", body((raw) => raw.subarray(0, -1))],
  ["without its body", body(() => "")],
  ["with its body twice", body((raw) => Buffer.concat([raw, raw]))],
  ["with its body zipped", body((raw) => gzipSync(raw))],
  ["with its body in UTF-16", body((raw) => Buffer.from(raw.toString(), "utf16le"))],
  ["with its body in Latin letters", body((raw) => Buffer.from(raw.toString(), "latin1"))],
  ["with its body in base64 that nobody told of", body((raw) => raw.toString("base64"))],
  ["with a body that is said to be base64 and is not", ({ raw }) => lying(raw.toString(), true)],
  ["with a body in base64 that is said to be text", ({ raw }) => lying(raw.toString("base64"), false)],
  ["with its body as a form", text((json) => `payload=${encodeURIComponent(json)}`)],
];

const lying = (told: string, isBase64Encoded: boolean): Changed => ({ event: { body: told, isBase64Encoded } });

const underscored = ({ header, signature: good }: Signed): Changed => ({
  headers: { [header]: undefined as never, [header.replaceAll("-", "_")]: good },
});

/** The last letter carries bits that no byte needs; other ones decode to the same bytes. */
function respelled(base64: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const last = alphabet.indexOf(base64[42] as string);
  return `${base64.slice(0, 42)}${alphabet[last ^ 1]}=`;
}

/** What can be wrong with base64(HMAC-SHA256(raw)). */
const BASE64: Forgery[] = [
  ["in hexadecimal digits", signature(({ raw, secret }) => sha256(secret, raw).digest("hex"))],
  ["in the alphabet for addresses", signature((one) => one.signature.replaceAll("+", "-").replaceAll("/", "_"))],
  ["without its padding", signature((one) => one.signature.replace("=", ""))],
  ["with more padding", signature((one) => `${one.signature}=`)],
  ["in small letters", signature((one) => one.signature.toLowerCase())],
  ["in capitals", signature((one) => one.signature.toUpperCase())],
  ["with a space before its signature", signature((one) => ` ${one.signature}`)],
  ["with a space behind its signature", signature((one) => `${one.signature} `)],
  [
    "with a line break in its signature",
    signature((one) => `${one.signature.slice(0, 20)}\n${one.signature.slice(20)}`),
  ],
  ["with another spelling of the same bytes", signature((one) => respelled(one.signature))],
  ["with the name of the algorithm", signature((one) => `sha256=${one.signature}`)],
  ["in base64 twice", signature((one) => Buffer.from(one.signature).toString("base64"))],
  ["in base64 of hexadecimal digits", signature((one) => base64Of(sha256(one.secret, one.raw).digest("hex")))],
  ["signed by SHA-1", signature(({ raw, secret }) => createHmac("sha1", secret).update(raw).digest("base64"))],
  ["signed by SHA-512", signature(({ raw, secret }) => createHmac("sha512", secret).update(raw).digest("base64"))],
  ["signed by a hash without a key", signature(({ raw }) => createHash("sha256").update(raw).digest("base64"))],
  ["signed by a hash of secret and body", signature(({ raw, secret }) => hashOf(secret, raw))],
  [
    "with secret and body changed about",
    signature(({ raw, secret }) => sha256(raw.toString(), secret).digest("base64")),
  ],
];

const base64Of = (plain: string) => Buffer.from(plain).toString("base64");
const hashOf = (secret: string, raw: Buffer) => createHash("sha256").update(secret).update(raw).digest("base64");

const timed = (at: number | string, { raw, secret }: Signed, more = "") =>
  `t=${at},v1=${sha256(secret, Buffer.concat([Buffer.from(`${at}.`), raw])).digest("hex")}${more}`;
const atTime = (at: number | string, more?: string) => signature((one) => timed(at, one, more));
const rewritten = (from: string | RegExp, to: string) => signature((one) => one.signature.replace(from, to));

/** What can be wrong with Stripe's `t=...,v1=...`. */
const STRIPE: Forgery[] = [
  ["five minutes and a second late", atTime(T - 301)],
  ["five minutes and a second early", atTime(T + 301)],
  ["a year late", atTime(T - 31_536_000)],
  ["with its time in milliseconds", atTime(T * 1_000)],
  ["with a time below zero", atTime(-T)],
  ["with a sign before its time", atTime(`+${T}`)],
  ["with a fraction in its time", atTime(`${T}.0`)],
  ["with a time in hexadecimal digits", atTime(`0x${T.toString(16)}`)],
  ["with a time that is no number", atTime(`${T}x`)],
  ["with an empty time", atTime("")],
  ["with another time than the signed one", rewritten(`t=${T}`, `t=${T + 1}`)],
  ["with two times", atTime(T, `,t=${T}`)],
  ["with an old time before the signed one", signature((one) => `t=${T - 9_000},${timed(T, one)}`)],
  ["without a time", rewritten(/^t=\d+,/, "")],
  ["signed by the scheme for tests alone", rewritten("v1=", "v0=")],
  ["signed by a scheme of tomorrow", rewritten("v1=", "v2=")],
  ["signed by the scheme in a capital letter", rewritten("v1=", "V1=")],
  ["with several signatures of which none is good", atTimeBad()],
  ["signed without its time", signature(({ raw, secret }) => `t=${T},v1=${sha256(secret, raw).digest("hex")}`)],
  ["with its time behind the body", signature(({ raw, secret }) => behind(raw, secret))],
  ["with an empty signature beside its time", signature(() => `t=${T},v1=`)],
  ["with a signature without its name", rewritten("v1=", "")],
  ["with a semicolon between its parts", rewritten(",", ";")],
  ["in base64", signature((one) => `t=${T},v1=${sha256(one.secret, `${T}.${one.raw}`).digest("base64")}`)],
  ["in capitals", signature((one) => one.signature.replace(/v1=.*/, (v1) => `v1=${v1.slice(3).toUpperCase()}`))],
  ["signed by the secret without its prefix", signature((one) => timed(T, { ...one, secret: bare(one.secret) }))],
  ["with its signature behind ten others", rewritten(",v1=", `${`,v1=${"0".repeat(64)}`.repeat(10)},v1=`)],
];

const bare = (secret: string) => secret.replace("whsec_", "");
const behind = (raw: Buffer, secret: string) => `t=${T},v1=${sha256(secret, `${raw}.${T}`).digest("hex")}`;

function atTimeBad() {
  return signature((one) => `t=${T},v1=${"0".repeat(64)},v1=${one.signature.slice(-64, -1)}0,v1=${one.secret}`);
}

/** What can be wrong with a provider's own way of signing, beside what can be with any; an entry is optional. */
export const OWN: Readonly<Partial<Record<SenderName, Forgery[]>>> = {
  shopify: BASE64,
  woocommerce: BASE64,
  stripe: STRIPE,
};
