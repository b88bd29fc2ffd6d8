import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import type { Identity } from "../../domain/customer/identity.ts";
import { callAws, endpointOf } from "./aws-call.ts";
import { port, type Runtime, setting } from "./port.ts";

/** Turns identities and addresses into keys that say nothing about the person. */
export interface Fingerprints {
  of(identity: Pick<Identity, "kind" | "value">): Promise<string>;
}

/** Seals the secrets of hooks so that the table never holds them in the clear. */
export interface Vault {
  /** `context` binds the sealed text to its place: it opens nowhere else. */
  seal(text: string, context: string): Promise<string>;
  open(sealed: string, context: string): Promise<string>;
}

/** A doubted secret is read again at most so often, in ms: what is forged does not cost a read each time. */
export const DOUBT_MS = 10_000;

/** A secret of the deployment: read once, and again when somebody doubts it. */
export interface StoredSecret {
  get(): Promise<string>;
  /** Forgets what was read, unless that was only just; tells whether there may be another value now. */
  doubt(): boolean;
}

/** The secret that a variable names. */
export function storedSecret(runtime: Runtime, name: string): StoredSecret {
  let value: Promise<string> | undefined;
  let readAtMs = 0;
  const nowMs = () => Date.parse(runtime.clock.now());
  const read = async () => {
    const answer = await callAws(runtime, {
      service: "secretsmanager",
      method: "POST",
      url: new URL("/", endpointOf(runtime, "secretsmanager", "SECRETS_MANAGER")),
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "secretsmanager.GetSecretValue" },
      body: Buffer.from(JSON.stringify({ SecretId: setting(runtime, name) })),
    });
    if (!answer.ok) throw new Error(`Secrets Manager answers ${answer.status} for ${name}.`);
    const { SecretString } = (await answer.json()) as { SecretString?: string };
    if (!SecretString) throw new Error(`The secret of ${name} is empty.`);
    return SecretString;
  };
  return {
    get() {
      if (value === undefined) {
        readAtMs = nowMs();
        // A failed read is not kept: the next caller tries again.
        value = read().catch((error: unknown) => {
          value = undefined;
          throw error;
        });
      }
      return value;
    },
    doubt() {
      if (Math.abs(nowMs() - readAtMs) < DOUBT_MS) return false;
      value = undefined;
      return true;
    },
  };
}

/** HMAC-SHA256 with the merchant's own pepper, 32 characters. */
export const fingerprints = port("fingerprints", (runtime): Fingerprints => {
  const pepper = storedSecret(runtime, "IDENTITY_SECRET_ARN");
  return {
    async of({ kind, value }) {
      const mac = createHmac("sha256", await pepper.get())
        .update(`${kind}:${value}`)
        .digest("base64url");
      return mac.slice(0, 32);
    },
  };
});

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The keys of the vault, one a line: the first one seals, and each opens what it sealed as long as it is there. */
const keysOf = (secret: string): Buffer[] =>
  secret
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => createHash("sha256").update(line).digest());

function sealedBy(key: Buffer, text: string, context: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
}

/** The text, or why this key does not open it. */
function openedBy(key: Buffer, bytes: Buffer, context: string): string | Error {
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch (cause) {
    return new Error("The vault's keys do not open this.", { cause });
  }
}

/** AES-256-GCM with the keys of the deployment's own secret. */
export const vault = port("vault", (runtime): Vault => {
  const secret = storedSecret(runtime, "VAULT_SECRET_ARN");
  return {
    async seal(text, context) {
      const [present] = keysOf(await secret.get());
      if (present === undefined) throw new Error("The vault has no key.");
      return sealedBy(present, text, context);
    },
    async open(sealed, context) {
      const bytes = Buffer.from(sealed, "base64");
      let problem: Error | undefined;
      // A newer process may have sealed it with a key that this one has not read yet.
      do {
        for (const key of keysOf(await secret.get())) {
          const text = openedBy(key, bytes, context);
          if (typeof text === "string") return text;
          problem = text;
        }
      } while (secret.doubt());
      throw problem ?? new Error("The vault has no key.");
    },
  };
});
