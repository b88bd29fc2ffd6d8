import { compilePattern, type Matcher } from "../pattern.ts";
import type { Millis, Resource } from "../ports.ts";
import type { Cloud } from "./cloud.ts";
import { openStore, type Store } from "./database.ts";
import { AwsError } from "./errors.ts";
import type { InputSettings } from "./events-input.ts";
import { nextTick, parseTimetable } from "./timetable.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS events_rule (
  arn TEXT PRIMARY KEY, bus TEXT NOT NULL, name TEXT NOT NULL, pattern TEXT, schedule TEXT, state TEXT NOT NULL,
  description TEXT, role TEXT, template TEXT, anchor INTEGER NOT NULL, next_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS events_target (
  rule TEXT NOT NULL, id TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (rule, id)
) STRICT;
`;

/** A target as PutTargets and templates write it. */
export interface Target extends InputSettings {
  Id: string;
  Arn: string;
  RoleArn?: string;
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
  DeadLetterConfig?: { Arn?: string };
}

/** A rule of a bus. */
export interface Rule {
  arn: string;
  bus: string;
  name: string;
  /** JSON text. */
  pattern: string | undefined;
  /** Whether an event fits the pattern; a rule without one fits none. */
  matches: Matcher;
  schedule: string | undefined;
  enabled: boolean;
  description: string | undefined;
  roleArn: string | undefined;
  targets: Target[];
  /** When the rule was made: rates count from here. */
  anchor: Millis;
  nextAt: Millis | undefined;
}

interface Row {
  arn: string;
  bus: string;
  name: string;
  pattern: string | null;
  schedule: string | null;
  state: string;
  description: string | null;
  role: string | null;
  template: string | null;
  anchor: number;
  next_at: number | null;
}

type Definition = Pick<Rule, "bus" | "name" | "description" | "roleArn" | "pattern" | "schedule"> & { state: string };

/** The rules of all buses: those of the templates and those made by calls, both durable. */
export class Rules {
  readonly #cloud: Cloud;
  readonly #store: Store;
  #known: Rule[] | undefined;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#store = openStore(cloud.engine.database, SCHEMA);
    this.#store.atomic(() => this.#load(cloud.topology.all("AWS::Events::Rule")));
    for (const rule of this.all()) this.#plan(rule, rule.nextAt);
  }

  all(): Rule[] {
    this.#known ??= this.#read();
    return this.#known;
  }

  ofBus(bus: string): Rule[] {
    return this.all().filter((rule) => rule.bus === bus);
  }

  find(arn: string): Rule | undefined {
    return this.all().find((rule) => rule.arn === arn);
  }

  /** The rule, or the error that AWS answers. */
  get(arn: string): Rule {
    const rule = this.find(arn);
    if (!rule) throw new AwsError("ResourceNotFoundException", `Rule ${arn} does not exist.`);
    return rule;
  }

  arnOf(bus: string, name: string): string {
    const { region, account } = this.#cloud.topology;
    return `arn:aws:events:${region}:${account}:rule/${bus === "default" ? "" : `${bus}/`}${name}`;
  }

  /** Makes or replaces a rule; its targets stay. */
  put(definition: Definition): string {
    const arn = this.arnOf(definition.bus, definition.name);
    if (definition.schedule) parseTimetable(definition.schedule);
    this.#store.atomic(() => {
      this.#save(arn, definition, null);
      this.#plan(this.get(arn), undefined);
    });
    return arn;
  }

  putTargets(arn: string, targets: Target[]): void {
    this.get(arn);
    this.#store.atomic(() => {
      for (const target of targets)
        this.#store.run("REPLACE INTO events_target VALUES (?, ?, ?)", arn, target.Id, JSON.stringify(target));
    });
    this.#known = undefined;
  }

  removeTargets(arn: string, ids: string[]): void {
    this.get(arn);
    for (const id of ids) this.#store.run("DELETE FROM events_target WHERE rule = ? AND id = ?", arn, id);
    this.#known = undefined;
  }

  remove(arn: string): void {
    if (this.find(arn)?.targets.length)
      throw new AwsError("ValidationException", "Rule can't be deleted since it has targets.");
    this.#store.run("DELETE FROM events_rule WHERE arn = ?", arn);
    this.#known = undefined;
  }

  enable(arn: string, enabled: boolean): void {
    this.get(arn);
    this.#store.atomic(() => {
      this.#store.run("UPDATE events_rule SET state = ? WHERE arn = ?", enabled ? "ENABLED" : "DISABLED", arn);
      this.#known = undefined;
      this.#plan(this.get(arn), undefined);
    });
  }

  /** Puts the next tick of a scheduled rule on the list of due work. */
  tick(rule: Rule, nextAt: Millis): void {
    if (!Number.isFinite(nextAt)) return;
    this.#cloud.engine.enqueue(
      "events.tick",
      { arn: rule.arn, at: nextAt },
      { id: `events.tick:${rule.arn}:${nextAt}`, dueAt: nextAt },
    );
    this.#store.run("UPDATE events_rule SET next_at = ? WHERE arn = ?", nextAt, rule.arn);
    this.#known = undefined;
  }

  #plan(rule: Rule, planned: Millis | undefined): void {
    if (!rule.schedule || !rule.enabled) return;
    const first = nextTick(parseTimetable(rule.schedule), this.#cloud.engine.now(), rule.anchor);
    const at = planned ?? first;
    if (at !== undefined) this.tick(rule, at);
  }

  /** Brings the templates' rules into the table; a rule whose template did not change keeps what calls made of it. */
  #load(resources: Resource[]): void {
    for (const { arn, properties } of resources) {
      const template = JSON.stringify(properties);
      const stored = this.#store.one<{ template: string }>("SELECT template FROM events_rule WHERE arn = ?", arn);
      if (stored?.template === template) continue;
      this.#save(arn, readTemplate(arn, properties), template);
      this.#store.run("DELETE FROM events_target WHERE rule = ?", arn);
      for (const target of (properties.Targets ?? []) as Target[])
        this.#store.run("INSERT INTO events_target VALUES (?, ?, ?)", arn, target.Id, JSON.stringify(target));
    }
    const arns = new Set(resources.map(({ arn }) => arn));
    for (const { arn } of this.#store.all<{ arn: string }>("SELECT arn FROM events_rule WHERE template IS NOT NULL"))
      if (!arns.has(arn)) this.#store.run("DELETE FROM events_rule WHERE arn = ?", arn);
  }

  #save(
    arn: string,
    { bus, name, pattern, schedule, state, description, roleArn }: Definition,
    template: string | null,
  ) {
    this.#store.run(
      `REPLACE INTO events_rule (arn, bus, name, pattern, schedule, state, description, role, template, anchor)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      arn,
      bus,
      name,
      pattern ?? null,
      schedule ?? null,
      state,
      description ?? null,
      roleArn ?? null,
      template,
      this.#cloud.engine.now(),
    );
    this.#known = undefined;
  }

  #read(): Rule[] {
    const targets = Map.groupBy(
      this.#store.all<{ rule: string; target: string }>("SELECT rule, target FROM events_target ORDER BY rule, id"),
      ({ rule }) => rule,
    );
    return this.#store.all<Row>("SELECT * FROM events_rule ORDER BY name").map((row) => ({
      arn: row.arn,
      bus: row.bus,
      name: row.name,
      pattern: row.pattern ?? undefined,
      matches: row.pattern === null ? () => false : compilePattern(row.pattern),
      schedule: row.schedule ?? undefined,
      enabled: row.state !== "DISABLED",
      description: row.description ?? undefined,
      roleArn: row.role ?? undefined,
      targets: (targets.get(row.arn) ?? []).map(({ target }) => JSON.parse(target) as Target),
      anchor: row.anchor,
      nextAt: row.next_at ?? undefined,
    }));
  }
}

function readTemplate(arn: string, properties: Record<string, unknown>): Definition {
  const { EventPattern, ScheduleExpression, State, Description, RoleArn, EventBusName } = properties;
  return {
    name: arn.split("/").at(-1) ?? arn,
    bus: busName(EventBusName as string | undefined),
    pattern: EventPattern === undefined ? undefined : JSON.stringify(EventPattern),
    schedule: ScheduleExpression as string | undefined,
    state: String(State ?? "ENABLED"),
    description: Description as string | undefined,
    roleArn: RoleArn as string | undefined,
  };
}

/** A bus may be named by its name or its ARN. */
export function busName(nameOrArn: string | undefined): string {
  return nameOrArn?.split("/").at(-1) || "default";
}
