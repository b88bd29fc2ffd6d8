import { createHash } from "node:crypto";
import type { Millis, Resource } from "../ports.ts";
import type { Cloud } from "./cloud.ts";
import { openStore, type Store } from "./database.ts";
import { AwsError } from "./errors.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS cognito_user (
  pool TEXT NOT NULL, username TEXT NOT NULL, attributes TEXT NOT NULL, enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, PRIMARY KEY (pool, username)
) STRICT;
CREATE TABLE IF NOT EXISTS cognito_member (
  pool TEXT NOT NULL, username TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (pool, username, name)
) STRICT;
CREATE TABLE IF NOT EXISTS cognito_seed (arn TEXT PRIMARY KEY) STRICT;
`;

/** A user of a pool. */
export interface User {
  pool: string;
  username: string;
  attributes: Record<string, string>;
  enabled: boolean;
  createdAt: Millis;
  modifiedAt: Millis;
}

interface Row {
  pool: string;
  username: string;
  attributes: string;
  enabled: number;
  created_at: number;
  modified_at: number;
}

/** Users and their groups on disk; those of the templates are made once. */
export class Users {
  readonly #cloud: Cloud;
  readonly #store: Store;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#store = openStore(cloud.engine.database, SCHEMA);
    this.#store.atomic(() => this.#seed());
  }

  pools(): Resource[] {
    return this.#cloud.topology.all("AWS::Cognito::UserPool");
  }

  groups(pool: string): { name: string; precedence: number | undefined }[] {
    return this.#cloud.topology
      .all("AWS::Cognito::UserPoolGroup")
      .filter(({ properties }) => properties.UserPoolId === pool)
      .map(({ properties: { GroupName, Precedence } }) => ({
        name: String(GroupName),
        precedence: Precedence === undefined ? undefined : Number(Precedence),
      }));
  }

  list(pool: string): User[] {
    return this.#store
      .all<Row>("SELECT * FROM cognito_user WHERE pool = ? ORDER BY created_at, username", pool)
      .map(readRow);
  }

  /** A user by the username, or by an e-mail or phone that the pool takes for one. */
  find(pool: string, name: string): User | undefined {
    return this.list(pool).find(({ username, attributes }) =>
      [username, attributes.email, attributes.phone_number].includes(name),
    );
  }

  get(pool: string, name: string): User {
    const user = this.find(pool, name);
    if (!user) throw new AwsError("UserNotFoundException", "User does not exist.");
    return user;
  }

  /** Makes a user; where the pool signs in by e-mail, the given name is the e-mail and the username is the id. */
  create(pool: Resource, name: string, attributes: Record<string, string>, sub: string): User {
    const alias = ((pool.properties.UsernameAttributes ?? []) as string[]).find(
      (kind) => kind === "email" || kind === "phone_number",
    );
    const now = this.#cloud.engine.now();
    const known = { sub, ...(alias && { [alias]: name }), ...attributes };
    if (this.find(pool.ref, name)) throw new AwsError("UsernameExistsException", "User account already exists");
    const username = alias ? sub : name;
    const user = { pool: pool.ref, username, attributes: known, enabled: true, createdAt: now, modifiedAt: now };
    this.save(user);
    return user;
  }

  save({ pool, username, attributes, enabled, createdAt }: User): void {
    this.#store.run(
      `REPLACE INTO cognito_user (pool, username, attributes, enabled, created_at, modified_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
      pool,
      username,
      JSON.stringify(attributes),
      enabled ? 1 : 0,
      createdAt,
      this.#cloud.engine.now(),
    );
  }

  remove({ pool, username }: User): void {
    this.#store.run("DELETE FROM cognito_user WHERE pool = ? AND username = ?", pool, username);
    this.#store.run("DELETE FROM cognito_member WHERE pool = ? AND username = ?", pool, username);
  }

  groupsOf({ pool, username }: User): string[] {
    return this.#store
      .all<{ name: string }>(
        "SELECT name FROM cognito_member WHERE pool = ? AND username = ? ORDER BY name",
        pool,
        username,
      )
      .map(({ name }) => name);
  }

  join({ pool, username }: User, group: string): void {
    this.#store.run(
      "INSERT OR IGNORE INTO cognito_member (pool, username, name) VALUES (?, ?, ?)",
      pool,
      username,
      group,
    );
  }

  leave({ pool, username }: User, group: string): void {
    this.#store.run("DELETE FROM cognito_member WHERE pool = ? AND username = ? AND name = ?", pool, username, group);
  }

  #seed(): void {
    for (const { arn, logicalId, stack, properties } of this.#cloud.topology.all("AWS::Cognito::UserPoolUser")) {
      const { UserPoolId, Username, UserAttributes = [] } = properties as Record<string, unknown>;
      const pool = this.pools().find(({ ref }) => ref === UserPoolId);
      if (!pool || this.#store.run("INSERT OR IGNORE INTO cognito_seed (arn) VALUES (?)", arn) === 0) continue;
      const attributes = (UserAttributes as { Name: string; Value: string }[]).map(({ Name, Value }) => [Name, Value]);
      const sub = stableId(`${stack}/${logicalId}`);
      if (!this.find(pool.ref, String(Username)))
        this.create(pool, String(Username), Object.fromEntries(attributes), sub);
    }
    for (const { arn, properties } of this.#cloud.topology.all("AWS::Cognito::UserPoolUserToGroupAttachment")) {
      const { UserPoolId, Username, GroupName } = properties as Record<string, string>;
      const user = this.find(UserPoolId ?? "", Username ?? "") ?? this.#seeded(UserPoolId ?? "", Username ?? "");
      if (user && this.#store.run("INSERT OR IGNORE INTO cognito_seed (arn) VALUES (?)", arn) === 1)
        this.join(user, this.#groupName(GroupName ?? ""));
    }
  }

  #groupName(ref: string): string {
    const group = this.#cloud.topology.all("AWS::Cognito::UserPoolGroup").find((candidate) => candidate.ref === ref);
    return String(group?.properties.GroupName ?? ref);
  }

  /** An attachment names its user by `Ref`, which for a user of a template is its name there. */
  #seeded(pool: string, ref: string): User | undefined {
    const resource = this.#cloud.topology.all("AWS::Cognito::UserPoolUser").find((candidate) => candidate.ref === ref);
    return resource && this.find(pool, String(resource.properties.Username));
  }
}

/** An id that is the same on every start from an empty directory. */
function stableId(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

function readRow({ pool, username, attributes, enabled, created_at, modified_at }: Row): User {
  return {
    pool,
    username,
    attributes: JSON.parse(attributes) as Record<string, string>,
    enabled: enabled === 1,
    createdAt: created_at,
    modifiedAt: modified_at,
  };
}
