import { createHash, createHmac } from "node:crypto";
import type { Instant } from "../../events/values.ts";
import { pause } from "./pause.ts";
import { port, type Runtime, setting } from "./port.ts";

/** Large raw bytes, encrypted at rest by the bucket's own key. */
export interface Bucket {
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** `undefined` when there is no such object (any more). */
  get(key: string): Promise<Buffer | undefined>;
}

/** A request to S3 before it is signed; header names are in lower case. */
export interface S3Request {
  method: "GET" | "PUT";
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** Who signs. */
export interface S3Signer {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  region: string;
}

const ATTEMPTS_MAX = 3;
const PAUSE_MS = 100;
const TIMEOUT_MS = 5_000;

const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

/**
 * The headers of a request signed with Signature Version 4. By hand, because the SDK's client for these two calls is a
 * third of the bundle of the function that takes every delivery.
 */
export function signed({ method, url, headers, body }: S3Request, signer: S3Signer, at: Instant) {
  const time = at.replace(/[-:]|\.\d+/g, "");
  const scope = `${time.slice(0, 8)}/${signer.region}/s3/aws4_request`;
  const hash = sha256(body);
  const all: Record<string, string> = {
    ...headers,
    host: url.host,
    "x-amz-content-sha256": hash,
    "x-amz-date": time,
    ...(signer.sessionToken && { "x-amz-security-token": signer.sessionToken }),
  };
  const names = Object.keys(all).sort();
  const lines = names.map((name) => `${name}:${all[name]?.trim()}\n`).join("");
  const canonical = [method, url.pathname, "", lines, names.join(";"), hash].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${signer.secretAccessKey}`);
  const signature = createHmac("sha256", key).update(text).digest("hex");
  const parts = [
    `Credential=${signer.accessKeyId}/${scope}`,
    `SignedHeaders=${names.join(";")}`,
    `Signature=${signature}`,
  ];
  const { host: _, ...sent } = all;
  return { ...sent, authorization: `AWS4-HMAC-SHA256 ${parts.join(",")}` };
}

const escaped = (part: string) =>
  encodeURIComponent(part).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Where an object is: below the bucket's own host, or, at an endpoint of one's own, below its name. */
function addressOf(runtime: Runtime, region: string, key: string): URL {
  const bucket = setting(runtime, "BUCKET_NAME");
  const path = key.split("/").map(escaped).join("/");
  const endpoint = runtime.env.AWS_ENDPOINT_URL_S3 ?? runtime.env.AWS_ENDPOINT_URL;
  if (endpoint) return new URL(`/${bucket}/${path}`, endpoint);
  return new URL(`https://${bucket}.s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/${path}`);
}

const signerOf = (runtime: Runtime): S3Signer => ({
  accessKeyId: setting(runtime, "AWS_ACCESS_KEY_ID"),
  secretAccessKey: setting(runtime, "AWS_SECRET_ACCESS_KEY"),
  sessionToken: runtime.env.AWS_SESSION_TOKEN,
  region: setting(runtime, "AWS_REGION"),
});

/** Asks until S3 answers for good; its own troubles are tried again. */
async function ask(runtime: Runtime, method: "GET" | "PUT", key: string, body: Uint8Array): Promise<Response> {
  const signer = signerOf(runtime);
  const url = addressOf(runtime, signer.region, key);
  for (let attempt = 1; ; attempt += 1) {
    const headers = signed({ method, url, headers: {}, body }, signer, runtime.clock.now());
    const asked = fetch(url, {
      method,
      headers,
      ...(method === "PUT" && { body: new Uint8Array(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await (attempt < ATTEMPTS_MAX ? asked.catch(() => undefined) : asked);
    if (answer && (answer.status < 500 || attempt >= ATTEMPTS_MAX)) return answer;
    await runtime.get(pause)(PAUSE_MS * attempt);
  }
}

/** The bucket of this deployment. */
export const bucket = port(
  "bucket",
  (runtime): Bucket => ({
    async put(key, bytes) {
      const answer = await ask(runtime, "PUT", key, bytes);
      if (!answer.ok) throw new Error(`The bucket refuses an object with ${answer.status}.`);
    },
    async get(key) {
      const answer = await ask(runtime, "GET", key, Buffer.alloc(0));
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new Error(`The bucket refuses to read an object with ${answer.status}.`);
      return Buffer.from(await answer.arrayBuffer());
    },
  }),
);
