import { createHash } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 26;

/**
 * An id that follows from what it names, in the form of a ULID: the same order arriving twice is the same item.
 * 130 bits of SHA-256 over the parts.
 */
export function derivedId(prefix: string, ...parts: readonly string[]): string {
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest();
  let bits = 0n;
  for (const byte of digest.subarray(0, 17)) bits = (bits << 8n) | BigInt(byte);
  let text = "";
  for (let index = 0; index < LENGTH; index += 1) {
    text = ALPHABET[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return `${prefix}_${text}`;
}

/** A short hash of a payload: breaks ties between versions of one fact. */
export const payloadHash = (payload: unknown): string =>
  createHash("sha256")
    .update(typeof payload === "string" ? payload : JSON.stringify(payload))
    .digest("base64url")
    .slice(0, 8);
