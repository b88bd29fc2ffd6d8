import type { Target } from "@aws-sdk/client-scheduler";
import type { Millis, Resource } from "../ports.ts";
import type { Cloud } from "./cloud.ts";
import { openStore, type Store } from "./database.ts";
import { AwsError } from "./errors.ts";
import { nextTick, parseTimetable, type Timetable } from "./timetable.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS scheduler_schedule (
  arn TEXT PRIMARY KEY, name TEXT NOT NULL, grp TEXT NOT NULL, definition TEXT NOT NULL, template TEXT, token TEXT,
  created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, next_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS scheduler_group (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL) STRICT;
`;

/** A schedule as its maker wrote it; instants are epoch seconds, as on the wire. */
export interface Definition {
  ScheduleExpression: string;
  ScheduleExpressionTimezone?: string;
  FlexibleTimeWindow: { Mode: string; MaximumWindowInMinutes?: number };
  Target: Target & { Arn: string; RoleArn: string };
  State?: string;
  StartDate?: number;
  EndDate?: number;
  ActionAfterCompletion?: string;
  Description?: string;
}

/** A stored schedule. */
export interface Schedule {
  arn: string;
  name: string;
  group: string;
  definition: Definition;
  token: string | undefined;
  createdAt: Millis;
  modifiedAt: Millis;
  /** When it fires next; none when it is done or disabled. */
  nextAt: Millis | undefined;
}

interface Row {
  arn: string;
  name: string;
  grp: string;
  definition: string;
  token: string | null;
  created_at: number;
  modified_at: number;
  next_at: number | null;
}

/** The schedules and their groups, durable, each with its next tick on the list of due work. */
export class Schedules {
  readonly #cloud: Cloud;
  readonly #store: Store;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#store = openStore(cloud.engine.database, SCHEMA);
    this.#store.atomic(() => this.#load());
  }

  arnOf(group: string | undefined, name: string): string {
    const { region, account } = this.#cloud.topology;
    return `arn:aws:scheduler:${region}:${account}:schedule/${group || "default"}/${name}`;
  }

  find(arn: string): Schedule | undefined {
    const row = this.#store.one<Row>("SELECT * FROM scheduler_schedule WHERE arn = ?", arn);
    return row && readRow(row);
  }

  /** The schedule, or the error that AWS answers. */
  get(arn: string): Schedule {
    const schedule = this.find(arn);
    if (!schedule)
      throw new AwsError("ResourceNotFoundException", `Schedule ${arn.split("/").at(-1)} does not exist.`, 404);
    return schedule;
  }

  list({ group, prefix = "", state }: { group?: string; prefix?: string; state?: string }): Schedule[] {
    return this.#store
      .all<Row>("SELECT * FROM scheduler_schedule ORDER BY grp, name")
      .map(readRow)
      .filter(({ name, definition, ...schedule }) => {
        const inGroup = group === undefined || schedule.group === group;
        return inGroup && name.startsWith(prefix) && (!state || (definition.State ?? "ENABLED") === state);
      });
  }

  create(group: string, name: string, definition: Definition, token: string | undefined): string {
    const arn = this.arnOf(group, name);
    const known = this.find(arn);
    if (known && token !== undefined && known.token === token) return arn;
    if (known) throw new AwsError("ConflictException", `Schedule ${name} already exists.`, 409);
    this.#store.atomic(() => this.#save({ arn, name, group, definition, token }, null));
    return arn;
  }

  update(arn: string, definition: Definition): void {
    const { name, group, token, createdAt } = this.get(arn);
    this.#store.atomic(() => {
      this.#forget(arn);
      this.#save({ arn, name, group, definition, token, createdAt }, null);
    });
  }

  remove(arn: string): void {
    this.get(arn);
    this.#store.atomic(() => {
      this.#forget(arn);
      this.#store.run("DELETE FROM scheduler_schedule WHERE arn = ?", arn);
    });
  }

  /** Hands a tick over and plans the next one, both or none. */
  fired(schedule: Schedule, at: Millis, hand: () => void): void {
    this.#store.atomic(() => {
      hand();
      this.#advance(schedule, at);
    });
  }

  /** Plans the tick after one that just fired; a schedule without another one is done, and deleted if it says so. */
  #advance(schedule: Schedule, firedAt: Millis): void {
    const { definition, arn } = schedule;
    const timetable = timetableOf(definition);
    const anchor = anchorOf(schedule);
    const next = (after: Millis) => nextTick(timetable, after, anchor) ?? Number.POSITIVE_INFINITY;
    const at = timetable.kind === "once" ? Number.POSITIVE_INFINITY : this.#cloud.engine.nextTick(firedAt, next);
    if (at <= endOf(definition)) this.#plan(schedule, at);
    else if (definition.ActionAfterCompletion === "DELETE")
      this.#store.run("DELETE FROM scheduler_schedule WHERE arn = ?", arn);
    else this.#store.run("UPDATE scheduler_schedule SET next_at = NULL WHERE arn = ?", arn);
  }

  groups(): { name: string; createdAt: Millis }[] {
    return this.#store.all("SELECT name, created_at AS createdAt FROM scheduler_group ORDER BY name");
  }

  createGroup(name: string): void {
    const added = this.#store.run(
      "INSERT OR IGNORE INTO scheduler_group VALUES (?, ?)",
      name,
      this.#cloud.engine.now(),
    );
    if (added === 0) throw new AwsError("ConflictException", `Schedule group ${name} already exists.`, 409);
  }

  /** Deletes a group with all its schedules. */
  removeGroup(name: string): void {
    this.checkGroup(name);
    for (const { arn } of this.list({ group: name })) this.remove(arn);
    this.#store.run("DELETE FROM scheduler_group WHERE name = ?", name);
  }

  checkGroup(name: string): void {
    if (!this.groups().some((group) => group.name === name))
      throw new AwsError("ResourceNotFoundException", `Schedule group ${name} does not exist.`, 404);
  }

  #save(
    schedule: Omit<Schedule, "createdAt" | "modifiedAt" | "nextAt"> & { createdAt?: Millis },
    template: string | null,
  ) {
    const now = this.#cloud.engine.now();
    const { arn, name, group, definition, token, createdAt = now } = schedule;
    this.#store.run(
      `REPLACE INTO scheduler_schedule (arn, name, grp, definition, template, token, created_at, modified_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      arn,
      name,
      group,
      JSON.stringify(definition),
      template,
      token ?? null,
      createdAt,
      now,
    );
    const saved = this.get(arn);
    const first = firstTick(saved, now);
    if (definition.State !== "DISABLED" && first !== undefined && first <= endOf(definition)) this.#plan(saved, first);
  }

  #plan(schedule: Schedule, at: Millis): void {
    this.#store.run("UPDATE scheduler_schedule SET next_at = ? WHERE arn = ?", at, schedule.arn);
    this.#enqueue(schedule, at);
  }

  #enqueue({ arn }: Schedule, at: Millis): void {
    this.#cloud.engine.enqueue("scheduler.fire", { arn, at }, { id: workId(arn, at), dueAt: at });
  }

  #forget(arn: string): void {
    const { nextAt } = this.get(arn);
    if (nextAt !== undefined) this.#cloud.engine.cancel(workId(arn, nextAt));
  }

  /** Brings the templates' groups and schedules into the tables; one whose template did not change stays as it is. */
  #load(): void {
    const now = this.#cloud.engine.now();
    const { topology } = this.#cloud;
    const groups = ["default", ...topology.all("AWS::Scheduler::ScheduleGroup").map(({ arn }) => lastOf(arn))];
    for (const name of groups) this.#store.run("INSERT OR IGNORE INTO scheduler_group VALUES (?, ?)", name, now);
    const resources = topology.all("AWS::Scheduler::Schedule");
    for (const resource of resources) this.#loadOne(resource);
    const named = new Set(resources.map(({ arn }) => arn));
    const stored = this.#store.all<{ arn: string }>("SELECT arn FROM scheduler_schedule WHERE template IS NOT NULL");
    for (const { arn } of stored) if (!named.has(arn)) this.remove(arn);
  }

  #loadOne({ arn, properties }: Resource): void {
    const template = JSON.stringify(properties);
    const known = this.#store.one<{ template: string }>("SELECT template FROM scheduler_schedule WHERE arn = ?", arn);
    if (known?.template === template) return;
    if (known) this.#forget(arn);
    const { StartDate, EndDate, GroupName } = properties as {
      StartDate?: string;
      EndDate?: string;
      GroupName?: string;
    };
    const definition = {
      ...properties,
      ...(StartDate && { StartDate: Date.parse(StartDate) / 1000 }),
      ...(EndDate && { EndDate: Date.parse(EndDate) / 1000 }),
    } as unknown as Definition;
    this.#save({ arn, name: lastOf(arn), group: GroupName ?? "default", definition, token: undefined }, template);
  }
}

/** When a schedule fires first: one whose time is past fires at once, as in AWS; a rate without a start too. */
function firstTick(schedule: Schedule, now: Millis): Millis | undefined {
  const timetable = timetableOf(schedule.definition);
  if (timetable.kind === "once") return timetable.at;
  const start = Math.max(now, anchorOf(schedule));
  return nextTick(timetable, timetable.kind === "rate" ? start - 1 : start, anchorOf(schedule));
}

/** The timetable of a schedule's expression in its zone. */
export function timetableOf({ ScheduleExpression, ScheduleExpressionTimezone }: Definition): Timetable {
  return parseTimetable(ScheduleExpression, ScheduleExpressionTimezone);
}

function anchorOf({ definition, createdAt }: Schedule): Millis {
  return definition.StartDate === undefined ? createdAt : Math.round(definition.StartDate * 1000);
}

function endOf({ EndDate }: Definition): Millis {
  return EndDate === undefined ? Number.MAX_SAFE_INTEGER : Math.round(EndDate * 1000);
}

function workId(arn: string, at: Millis): string {
  return `scheduler.fire:${arn}:${at}`;
}

function lastOf(arn: string): string {
  return arn.split("/").at(-1) ?? arn;
}

function readRow({ arn, name, grp, definition, token, created_at, modified_at, next_at }: Row): Schedule {
  return {
    arn,
    name,
    group: grp,
    definition: JSON.parse(definition) as Definition,
    token: token ?? undefined,
    createdAt: created_at,
    modifiedAt: modified_at,
    nextAt: next_at ?? undefined,
  };
}
