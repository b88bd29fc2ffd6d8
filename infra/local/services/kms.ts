import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Permission, ServiceFactory } from "../ports.ts";
import { AwsError, required } from "./errors.ts";
import { type EncryptionContext, Keys } from "./kms-keys.ts";
import { allow } from "./permissions.ts";
import { awsService, type Counters, type Operations } from "./protocol.ts";
import { jsonCodec } from "./protocol-json.ts";

const PLAINTEXT_MAX_BYTES = 4096;
const DATA_KEY_MAX_BYTES = 1024;

interface Input {
  KeyId?: string;
  EncryptionContext?: EncryptionContext;
  /** Bytes travel as base64. */
  Plaintext?: string;
  CiphertextBlob?: string;
  KeySpec?: string;
  NumberOfBytes?: number;
  Message?: string;
  Mac?: string;
  MacAlgorithm?: string;
}

/** AWS KMS: encryption, data keys and MACs with the keys of the templates. */
export const kms: ServiceFactory = (cloud) => {
  const counters: Counters = {};
  const keys = new Keys(cloud);
  const operations = { ...cipherOperations(keys), ...macOperations(keys) };
  return {
    ...awsService({ names: ["kms"], codec: jsonCodec("1.1"), operations, counters, log: cloud.log }),
    views: { stats: () => counters },
  };
};

/** What an action on the named key needs; each pair of the encryption context is a condition key. */
function on(keys: Keys, action: string) {
  return ({ KeyId, EncryptionContext = {} }: Input): Permission[] => {
    const pairs = Object.entries(EncryptionContext).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]);
    return allow(`kms:${action}`, keys.get(required(KeyId, "KeyId")).arn, Object.fromEntries(pairs));
  };
}

function cipherOperations(keys: Keys): Operations {
  const dataKey = ({ KeyId = "", KeySpec, NumberOfBytes, EncryptionContext }: Input) => {
    const length = NumberOfBytes ?? (KeySpec === "AES_128" ? 16 : 32);
    if (length < 1 || length > DATA_KEY_MAX_BYTES)
      throw new AwsError("ValidationException", "NumberOfBytes is out of range.");
    const key = keys.get(KeyId);
    const Plaintext = randomBytes(length);
    return { KeyId: key.arn, Plaintext, CiphertextBlob: keys.encrypt(key, Plaintext, EncryptionContext) };
  };
  return {
    Encrypt: {
      needs: on(keys, "Encrypt"),
      run({ KeyId = "", Plaintext = "", EncryptionContext }: Input) {
        const bytes = Buffer.from(Plaintext, "base64");
        if (bytes.length > PLAINTEXT_MAX_BYTES)
          throw new AwsError("ValidationException", "Plaintext is longer than 4096 bytes.");
        const key = keys.get(KeyId);
        return {
          KeyId: key.arn,
          CiphertextBlob: keys.encrypt(key, bytes, EncryptionContext),
          EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
        };
      },
    },
    Decrypt: {
      needs: (input: Input) => on(keys, "Decrypt")({ ...input, KeyId: keys.keyOf(ciphertextOf(input)).arn }),
      run(input: Input) {
        const ciphertext = ciphertextOf(input);
        const { arn } = keys.keyOf(ciphertext);
        if (input.KeyId && keys.get(input.KeyId).arn !== arn)
          throw new AwsError(
            "IncorrectKeyException",
            "The key ID in the request does not identify a CMK that can perform this operation.",
          );
        const Plaintext = keys.decrypt(ciphertext, input.EncryptionContext);
        return { KeyId: arn, Plaintext, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" };
      },
    },
    GenerateDataKey: { needs: on(keys, "GenerateDataKey"), run: dataKey },
    GenerateDataKeyWithoutPlaintext: {
      needs: on(keys, "GenerateDataKeyWithoutPlaintext"),
      run(input: Input) {
        const { KeyId, CiphertextBlob } = dataKey(input);
        return { KeyId, CiphertextBlob };
      },
    },
    DescribeKey: {
      needs: on(keys, "DescribeKey"),
      run({ KeyId = "" }: Input) {
        const { arn, ref, properties } = keys.get(KeyId);
        const { KeySpec = "SYMMETRIC_DEFAULT", KeyUsage = "ENCRYPT_DECRYPT", Description = "" } = properties;
        const state = { Enabled: true, KeyState: "Enabled", KeyManager: "CUSTOMER" };
        return { KeyMetadata: { Arn: arn, KeyId: ref, KeySpec, KeyUsage, Description, ...state } };
      },
    },
  };
}

function macOperations(keys: Keys): Operations {
  const macOf = ({ KeyId = "", Message = "", MacAlgorithm = "" }: Input) => {
    const key = keys.get(KeyId);
    return { key, mac: keys.mac(key, Buffer.from(Message, "base64"), MacAlgorithm) };
  };
  return {
    GenerateMac: {
      needs: on(keys, "GenerateMac"),
      run(input: Input) {
        const { key, mac } = macOf(input);
        return { KeyId: key.arn, Mac: mac, MacAlgorithm: input.MacAlgorithm };
      },
    },
    VerifyMac: {
      needs: on(keys, "VerifyMac"),
      run(input: Input) {
        const { key, mac } = macOf(input);
        const given = Buffer.from(input.Mac ?? "", "base64");
        if (given.length !== mac.length || !timingSafeEqual(given, mac))
          throw new AwsError("KMSInvalidMacException", "The MAC is not valid.");
        return { KeyId: key.arn, MacValid: true, MacAlgorithm: input.MacAlgorithm };
      },
    },
  };
}

function ciphertextOf({ CiphertextBlob }: Input): Buffer {
  return Buffer.from(required(CiphertextBlob, "CiphertextBlob"), "base64");
}
