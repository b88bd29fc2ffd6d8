import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { pause } from "./pause.ts";
import { type Runtime, setting } from "./port.ts";

/** One call to an AWS service that is too small for a client of its own: the SDK's signer and one request. */
export interface AwsCall {
  /** The name that the signature carries: `s3`, `secretsmanager`. */
  service: string;
  method: "GET" | "PUT" | "POST";
  url: URL;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array;
}

const ATTEMPTS_MAX = 3;
const PAUSE_MS = 100;
const TIMEOUT_MS = 5_000;

type Source = string | ArrayBuffer | ArrayBufferView;

function bytesOf(source: Source): Uint8Array {
  if (typeof source === "string") return Buffer.from(source);
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}

/** Node's SHA-256 and HMAC in the form that the signer asks for. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: Source) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(secret));
  }

  update(data: Source): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

/** A call's headers, signed with Signature Version 4 by this process's credentials at the shell's time. */
export async function signedHeaders(runtime: Runtime, call: AwsCall): Promise<Record<string, string>> {
  const { service, method, url, headers = {}, body } = call;
  const sessionToken = runtime.env.AWS_SESSION_TOKEN;
  const signer = new SignatureV4({
    service,
    region: setting(runtime, "AWS_REGION"),
    credentials: {
      accessKeyId: setting(runtime, "AWS_ACCESS_KEY_ID"),
      secretAccessKey: setting(runtime, "AWS_SECRET_ACCESS_KEY"),
      ...(sessionToken && { sessionToken }),
    },
    sha256: Sha256,
    // S3 signs the path as it is sent; every other service escapes it once more.
    uriEscapePath: service !== "s3",
  });
  const { protocol, hostname, port, pathname, host } = url;
  const request = { method, protocol, hostname, path: pathname, query: {}, headers: { ...headers, host }, body };
  const signed = await signer.sign(
    { ...request, ...(port && { port: Number(port) }) },
    { signingDate: new Date(Date.parse(runtime.clock.now())) },
  );
  const { host: _, ...sent } = signed.headers;
  return sent;
}

/** Where a service answers: at an endpoint of one's own, when the environment names one. */
export function endpointOf(runtime: Runtime, service: string, variable: string): string {
  const own = runtime.env[`AWS_ENDPOINT_URL_${variable}`] ?? runtime.env.AWS_ENDPOINT_URL;
  const region = setting(runtime, "AWS_REGION");
  return own ?? `https://${service}.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}

/** Signs and sends; the service's own troubles (5xx, no answer) are tried again a few times. */
export async function callAws(runtime: Runtime, call: AwsCall): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const asked = fetch(call.url, {
      method: call.method,
      headers: await signedHeaders(runtime, call),
      ...(call.body && { body: new Uint8Array(call.body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = await (attempt < ATTEMPTS_MAX ? asked.catch(() => undefined) : asked);
    if (answer && (answer.status < 500 || attempt >= ATTEMPTS_MAX)) return answer;
    await runtime.get(pause)(PAUSE_MS * attempt);
  }
}
