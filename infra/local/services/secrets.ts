import { randomUUID } from "node:crypto";
import type { Millis, Resource } from "../ports.ts";
import { arnName, type Cloud } from "./cloud.ts";
import { openStore, type Store } from "./database.ts";
import { AwsError, required } from "./errors.ts";
import { generatedSecret, type SecretRules } from "./secrets-password.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS secret_version (
  sequence INTEGER PRIMARY KEY, secret TEXT NOT NULL, id TEXT NOT NULL, text TEXT, bytes TEXT, stages TEXT NOT NULL,
  created_at INTEGER NOT NULL, UNIQUE (secret, id)
) STRICT;
`;

/** One value that a secret had. */
export interface Version {
  id: string;
  text: string | null;
  /** Base64. */
  bytes: string | null;
  stages: string[];
  createdAt: Millis;
}

/** The secrets of the templates with their versions on disk. */
export class Secrets {
  readonly #cloud: Cloud;
  readonly #store: Store;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#store = openStore(cloud.engine.database, SCHEMA);
    for (const { arn, properties } of this.all()) {
      if (this.versions(arn).length > 0) continue;
      const { SecretString, GenerateSecretString } = properties as {
        SecretString?: string;
        GenerateSecretString?: SecretRules;
      };
      if (SecretString === undefined && GenerateSecretString === undefined) continue;
      this.#add(arn, randomUUID(), SecretString ?? generatedSecret(GenerateSecretString ?? {}), null, ["AWSCURRENT"]);
    }
  }

  all(): Resource[] {
    return this.#cloud.topology.all("AWS::SecretsManager::Secret");
  }

  /** A secret by its ARN, its ARN without the random end, or its name. */
  find(id: string): Resource | undefined {
    return this.all().find(({ arn }) => arn === id || arn.slice(0, -7) === id || secretName(arn) === id);
  }

  get(id: string | undefined): Resource {
    const secret = this.find(required(id, "SecretId"));
    if (!secret) throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return secret;
  }

  versions(arn: string): Version[] {
    return this.#store
      .all<{ id: string; text: string | null; bytes: string | null; stages: string; created_at: number }>(
        "SELECT * FROM secret_version WHERE secret = ? ORDER BY sequence",
        arn,
      )
      .map(({ id, text, bytes, stages, created_at }) => ({
        id,
        text,
        bytes,
        stages: JSON.parse(stages) as string[],
        createdAt: created_at,
      }));
  }

  /** Adds a version; when it becomes the current one, the current one becomes the previous one. */
  put(arn: string, id: string, text: string | null, bytes: string | null, stages: string[]): Version {
    const known = this.versions(arn).find((version) => version.id === id);
    if (known && (known.text !== text || known.bytes !== bytes))
      throw new AwsError("ResourceExistsException", "You can't change the value of an existing version.");
    if (known) return known;
    this.#store.atomic(() => {
      for (const version of this.versions(arn)) {
        const wasCurrent = stages.includes("AWSCURRENT") && version.stages.includes("AWSCURRENT");
        const left = version.stages.filter(
          (stage) => !stages.includes(stage) && !(stages.includes("AWSCURRENT") && stage === "AWSPREVIOUS"),
        );
        this.#stage(arn, version.id, wasCurrent ? [...left, "AWSPREVIOUS"] : left);
      }
      this.#add(arn, id, text, bytes, stages);
    });
    return { id, text, bytes, stages, createdAt: this.#cloud.engine.now() };
  }

  #add(arn: string, id: string, text: string | null, bytes: string | null, stages: string[]): void {
    this.#store.run(
      "INSERT INTO secret_version (secret, id, text, bytes, stages, created_at) VALUES (?, ?, ?, ?, ?, ?)",
      arn,
      id,
      text,
      bytes,
      JSON.stringify(stages),
      this.#cloud.engine.now(),
    );
  }

  #stage(arn: string, id: string, stages: string[]): void {
    this.#store.run(
      "UPDATE secret_version SET stages = ? WHERE secret = ? AND id = ?",
      JSON.stringify(stages),
      arn,
      id,
    );
  }
}

/** The name inside a secret's ARN, without its random end. */
export function secretName(arn: string): string {
  return arnName(arn)
    .replace(/^secret:/, "")
    .slice(0, -7);
}
