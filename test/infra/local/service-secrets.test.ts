import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { describe, expect, it } from "vitest";
import { kms } from "../../../infra/local/services/kms.ts";
import { secretsmanager } from "../../../infra/local/services/secretsmanager.ts";
import type { EngineDouble } from "./service-engine.ts";
import { arn, callJson, resource, startServices } from "./service-harness.ts";

const key = resource("AWS::KMS::Key", arn("kms", "key/k-1"), {}, "k-1");
const other = resource("AWS::KMS::Key", arn("kms", "key/k-2"), {}, "k-2");
const alias = resource("AWS::KMS::Alias", arn("kms", "alias/main"), { AliasName: "alias/main", TargetKeyId: key.arn });
const pepper = resource("AWS::SecretsManager::Secret", arn("secretsmanager", "secret:pepper-abcdef"), {
  GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true },
  KmsKeyId: key.arn,
});
const login = resource("AWS::SecretsManager::Secret", arn("secretsmanager", "secret:login-abcdef"), {
  GenerateSecretString: { SecretStringTemplate: '{"user":"kolo"}', GenerateStringKey: "password" },
});

async function start(engine?: EngineDouble) {
  const resources = [key, other, alias, pepper, login];
  const cloud = await startServices({ factories: [secretsmanager, kms], resources, ...(engine && { engine }) });
  const client = new SecretsManagerClient(cloud.options);
  return {
    ...cloud,
    client,
    get: (SecretId: string, VersionStage?: string) =>
      client.send(new GetSecretValueCommand({ SecretId, VersionStage })),
    kms: (operation: string, input: Record<string, unknown>) => callJson(cloud.endpoint, "kms", operation, input),
  };
}

describe("a secret of a template", () => {
  it("is generated once by its rules and kept", async () => {
    const before = await start();
    const { SecretString = "" } = await before.get(pepper.arn);
    expect(SecretString).toMatch(/^[a-zA-Z0-9]{40}$/);
    await before[Symbol.asyncDispose]();
    await using after = await start(before.engine);
    expect((await after.get("pepper")).SecretString).toBe(SecretString);
  });

  it("is generated into its template", async () => {
    await using cloud = await start();
    const { SecretString = "{}" } = await cloud.get("login");
    expect(JSON.parse(SecretString)).toEqual({ user: "kolo", password: expect.stringMatching(/^.{32}$/) });
  });

  it("keeps its previous version when it is rotated", async () => {
    await using cloud = await start();
    const old = await cloud.get("login");
    const put = (ClientRequestToken: string, SecretString: string) =>
      cloud.client.send(new PutSecretValueCommand({ SecretId: "login", ClientRequestToken, SecretString }));
    await put("11111111-1111-1111-1111-111111111111", "new");
    await put("11111111-1111-1111-1111-111111111111", "new");
    expect((await cloud.get("login")).SecretString).toBe("new");
    expect((await cloud.get("login", "AWSPREVIOUS")).SecretString).toBe(old.SecretString);
    const changed = put("11111111-1111-1111-1111-111111111111", "other");
    await expect(changed).rejects.toMatchObject({ name: "ResourceExistsException" });
    const { VersionIdsToStages } = await cloud.client.send(new DescribeSecretCommand({ SecretId: "login" }));
    expect(Object.values(VersionIdsToStages ?? {})).toEqual([["AWSPREVIOUS"], ["AWSCURRENT"]]);
  });

  it("asks IAM for the secret and for its key", async () => {
    await using cloud = await start();
    await cloud.get("pepper");
    expect(cloud.permissions).toMatchObject([
      { action: "secretsmanager:GetSecretValue", resource: pepper.arn },
      {
        action: "kms:Decrypt",
        resource: key.arn,
        context: { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" },
      },
    ]);
  });

  it("must exist", async () => {
    await using cloud = await start();
    await expect(cloud.get("none")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });
});

it("a random password has at least one character of each kind", async () => {
  await using cloud = await start();
  const asked = new GetRandomPasswordCommand({ PasswordLength: 4, ExcludeCharacters: "abc" });
  const { RandomPassword = "" } = await cloud.client.send(asked);
  for (const kind of [/[d-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/]) expect(RandomPassword).toMatch(kind);
});

describe("a key", () => {
  const Plaintext = Buffer.from("secret").toString("base64");

  it("decrypts what it encrypted, with the same context only", async () => {
    const before = await start();
    const EncryptionContext = { hook: "hok_1" };
    const { CiphertextBlob } = await before.kms("Encrypt", { KeyId: "alias/main", Plaintext, EncryptionContext });
    await before[Symbol.asyncDispose]();
    await using after = await start(before.engine);
    expect(await after.kms("Decrypt", { CiphertextBlob, EncryptionContext })).toMatchObject({
      Plaintext,
      KeyId: key.arn,
    });
    const wrong = after.kms("Decrypt", { CiphertextBlob });
    await expect(wrong).rejects.toMatchObject({ name: "InvalidCiphertextException" });
    const foreign = after.kms("Decrypt", { CiphertextBlob, EncryptionContext, KeyId: other.arn });
    await expect(foreign).rejects.toMatchObject({ name: "IncorrectKeyException" });
  });

  it("gives data keys, plain and encrypted", async () => {
    await using cloud = await start();
    const dataKey = await cloud.kms("GenerateDataKey", { KeyId: "k-1", KeySpec: "AES_256" });
    expect(Buffer.from(String(dataKey.Plaintext), "base64")).toHaveLength(32);
    const { CiphertextBlob } = dataKey;
    expect((await cloud.kms("Decrypt", { CiphertextBlob })).Plaintext).toBe(dataKey.Plaintext);
    expect(cloud.permissions.map(({ action, resource: on }) => [action, on])).toEqual([
      ["kms:GenerateDataKey", key.arn],
      ["kms:Decrypt", key.arn],
    ]);
  });

  it("makes and verifies MACs", async () => {
    await using cloud = await start();
    const asked = { KeyId: "k-1", Message: Plaintext, MacAlgorithm: "HMAC_SHA_256" };
    const { Mac } = await cloud.kms("GenerateMac", asked);
    expect(await cloud.kms("VerifyMac", { ...asked, Mac })).toMatchObject({ MacValid: true });
    const forged = cloud.kms("VerifyMac", { ...asked, Mac: Buffer.alloc(32).toString("base64") });
    await expect(forged).rejects.toMatchObject({ name: "KMSInvalidMacException" });
  });

  it("is described, unless it does not exist", async () => {
    await using cloud = await start();
    expect(await cloud.kms("DescribeKey", { KeyId: "alias/main" })).toMatchObject({ KeyMetadata: { Arn: key.arn } });
    await expect(cloud.kms("DescribeKey", { KeyId: "none" })).rejects.toMatchObject({ name: "NotFoundException" });
  });
});
