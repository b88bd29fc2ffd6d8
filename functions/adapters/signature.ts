import { createHmac, timingSafeEqual } from "node:crypto";
import { isNamedByCard } from "../shell/cards.ts";
import type { Subject } from "./adapter.ts";

/** Compares two texts in a time that says nothing about them but their lengths. */
export function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** HMAC-SHA256 of some bytes, in `base64` or `hex`. */
export const hmacSha256 = (secret: string, bytes: string | Buffer, encoding: "base64" | "hex"): string =>
  createHmac("sha256", secret).update(bytes).digest(encoding);

/** True when a header is exactly base64(HMAC-SHA256(secret, raw body)) under one of the secrets. */
export function isSignedBase64(header: string | undefined, raw: Buffer, secrets: readonly string[]): boolean {
  if (header === undefined || !/^[A-Za-z0-9+/]{43}=$/.test(header)) return false;
  // Every secret is tried, so that the time does not tell which one it was.
  return secrets.filter((secret) => isSame(header, hmacSha256(secret, raw, "base64"))).length > 0;
}

/** A topic and a host as headers give them; what is none, or tells a card's number, is left out. */
export function subjectFrom(topic: string | undefined, source: string | undefined): Subject {
  const host = hostOf(source);
  const isTopic = topic && /^[\w.:/#-]{1,80}$/.test(topic) && !isNamedByCard(topic);
  return { ...(isTopic && { topic }), ...(host && !isNamedByCard(host) && { source: host }) };
}

function hostOf(source: string | undefined): string | undefined {
  if (!source) return undefined;
  const url = URL.parse(source.includes("://") ? source : `https://${source}`);
  return url && url.host.length <= 80 && /^[\w.:-]+$/.test(url.host) ? url.host : undefined;
}
