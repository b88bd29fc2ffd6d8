import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import type { Resource } from "../ports.ts";
import type { Cloud } from "./cloud.ts";
import { openStore, type Store } from "./database.ts";
import { AwsError } from "./errors.ts";

const SCHEMA = "CREATE TABLE IF NOT EXISTS kms_key (arn TEXT PRIMARY KEY, material BLOB NOT NULL) STRICT;";
const MATERIAL_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Pairs that must be the same at decryption; nothing secret. */
export type EncryptionContext = Record<string, string> | undefined;

/** The customer-managed keys of the templates; their material is made once and stays in the cloud's database. */
export class Keys {
  readonly #topology: Cloud["topology"];
  readonly #store: Store;

  constructor({ topology, engine }: Cloud) {
    this.#topology = topology;
    this.#store = openStore(engine.database, SCHEMA);
  }

  /** A key by its id, ARN or alias. */
  get(id: string): Resource {
    const alias = this.#topology
      .all("AWS::KMS::Alias")
      .find(({ arn, properties }) => arn === id || properties.AliasName === id);
    const wanted = alias ? String(alias.properties.TargetKeyId) : id;
    const key = this.#topology.all("AWS::KMS::Key").find(({ arn, ref }) => arn === wanted || ref === wanted);
    if (!key) throw new AwsError("NotFoundException", `Key '${id}' does not exist`);
    return key;
  }

  /** Encrypts; the result names its key, so that decryption needs no key id. */
  encrypt({ arn }: Resource, plaintext: Buffer, context: EncryptionContext): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#material(arn), nonce).setAAD(bytesOf(context));
    const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const name = Buffer.from(arn);
    return Buffer.concat([Buffer.from([name.length]), name, nonce, cipher.getAuthTag(), sealed]);
  }

  /** The key that encrypted a text. */
  keyOf(ciphertext: Buffer): Resource {
    const arn = ciphertext.subarray(1, 1 + (ciphertext[0] ?? 0)).toString();
    const key = this.#topology.all("AWS::KMS::Key").find((candidate) => candidate.arn === arn);
    if (!key) throw new AwsError("InvalidCiphertextException", "The ciphertext is not valid.");
    return key;
  }

  decrypt(ciphertext: Buffer, context: EncryptionContext): Buffer {
    const { arn } = this.keyOf(ciphertext);
    const nonceAt = 1 + (ciphertext[0] ?? 0);
    const tagAt = nonceAt + NONCE_BYTES;
    const sealedAt = tagAt + TAG_BYTES;
    const decipher = createDecipheriv("aes-256-gcm", this.#material(arn), ciphertext.subarray(nonceAt, tagAt));
    decipher.setAAD(bytesOf(context)).setAuthTag(ciphertext.subarray(tagAt, sealedAt));
    try {
      return Buffer.concat([decipher.update(ciphertext.subarray(sealedAt)), decipher.final()]);
    } catch (cause) {
      const refused = new AwsError(
        "InvalidCiphertextException",
        "The ciphertext or its encryption context is not valid.",
      );
      refused.cause = cause;
      throw refused;
    }
  }

  /** A message authentication code; `algorithm` is one of AWS's `HMAC_SHA_...`. */
  mac({ arn }: Resource, message: Buffer, algorithm: string): Buffer {
    const [, bits] = /^HMAC_SHA_(224|256|384|512)$/.exec(algorithm) ?? [];
    if (!bits) throw new AwsError("ValidationException", `The algorithm ${algorithm} is not known.`);
    return createHmac(`sha${bits}`, this.#material(arn)).update(message).digest();
  }

  #material(arn: string): Buffer {
    const fresh = randomBytes(MATERIAL_BYTES);
    this.#store.run("INSERT OR IGNORE INTO kms_key (arn, material) VALUES (?, ?)", arn, fresh);
    return Buffer.from(
      this.#store.one<{ material: Uint8Array }>("SELECT material FROM kms_key WHERE arn = ?", arn)?.material ?? [],
    );
  }
}

function bytesOf(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify(pairs));
}
