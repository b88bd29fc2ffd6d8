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

const secretOf = (runtime: Runtime, name: string) => {
  let value: Promise<string> | undefined;
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
  return () => {
    // A failed read is not kept: the next caller tries again.
    value ??= read().catch((error: unknown) => {
      value = undefined;
      throw error;
    });
    return value;
  };
};

/** HMAC-SHA256 with the merchant's own pepper, 32 characters. */
export const fingerprints = port("fingerprints", (runtime): Fingerprints => {
  const pepper = secretOf(runtime, "IDENTITY_SECRET_ARN");
  return {
    async of({ kind, value }) {
      const mac = createHmac("sha256", await pepper())
        .update(`${kind}:${value}`)
        .digest("base64url");
      return mac.slice(0, 32);
    },
  };
});

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM with the key of the deployment's own secret. */
export const vault = port("vault", (runtime): Vault => {
  const secret = secretOf(runtime, "VAULT_SECRET_ARN");
  const key = async () =>
    createHash("sha256")
      .update(await secret())
      .digest();
  return {
    async seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", await key(), nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
    },
    async open(sealed, context) {
      const bytes = Buffer.from(sealed, "base64");
      const decipher = createDecipheriv("aes-256-gcm", await key(), bytes.subarray(0, NONCE_BYTES));
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
        "utf8",
      );
    },
  };
});
