import { createHash, randomUUID } from "node:crypto";
import type { PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";
import type { Millis } from "../ports.ts";
import type { Cloud } from "./cloud.ts";
import { openStore, type Store } from "./database.ts";
import { Deliveries, payloadFor } from "./deliveries.ts";
import { renderInput } from "./events-input.ts";
import { busName, type Rule, type Rules, type Target } from "./events-rules.ts";
import { type Counters, count } from "./protocol.ts";
import { nextTick, parseTimetable } from "./timetable.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS events_last (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, bus TEXT NOT NULL, event TEXT NOT NULL, rules TEXT NOT NULL
) STRICT;
`;
const LAST_MAX = 200;
const ATTEMPTS_MAX = 185;
const AGE_MAX_SECONDS = 86_400;

/** An event without what the bus itself adds. */
export interface Draft {
  source: string;
  detailType: string;
  /** JSON text, kept digit by digit. */
  detail: string;
  resources?: string[];
  at?: Millis;
}

/** The buses: they match events against rules and hand them to targets, in no order that anyone may rely on. */
export class Buses {
  readonly #cloud: Cloud;
  readonly #rules: Rules;
  readonly #store: Store;
  readonly #deliveries: Deliveries;
  readonly #counters: Counters;

  constructor(cloud: Cloud, rules: Rules, counters: Counters) {
    this.#cloud = cloud;
    this.#rules = rules;
    this.#counters = counters;
    this.#store = openStore(cloud.engine.database, SCHEMA);
    this.#deliveries = new Deliveries(cloud, "events.deliver", (outcome) => count(counters, outcome));
    cloud.engine.on("events.tick", async (payload) => this.#tick(payload as { arn: string; at: Millis }));
    for (const { arn } of cloud.topology.all("AWS::Events::Archive"))
      cloud.log(`events: the archive ${busName(arn)} is not emulated; nothing is archived or replayed`);
  }

  /** Whether a bus is there, by its name. */
  has(bus: string): boolean {
    return (
      bus === "default" || this.#cloud.topology.all("AWS::Events::EventBus").some(({ arn }) => busName(arn) === bus)
    );
  }

  /** Keeps an event and its deliveries on disk, all or none, and gives the event's id. */
  put(bus: string, draft: Draft): string {
    const id = randomUUID();
    const { region, account } = this.#cloud.topology;
    const time = new Date(draft.at ?? this.#cloud.engine.now()).toISOString().replace(/\.\d+Z$/, "Z");
    const { source, detailType, resources = [], detail } = draft;
    const head = { version: "0", id, "detail-type": detailType, source, account, time, region, resources };
    const event = `${JSON.stringify(head).slice(0, -1)},"detail":${detail}}`;
    const parsed = { ...head, detail: JSON.parse(detail) };
    const matched = this.#rules.ofBus(bus).filter((rule) => rule.enabled && rule.matches(parsed));
    this.#store.atomic(() => {
      this.#remember(bus, event, matched);
      const pairs = matched.flatMap((rule) => rule.targets.map((target) => ({ rule, target })));
      for (const { rule, target } of shuffled(id, pairs)) this.#send(rule, target, event);
    });
    count(this.#counters, "events");
    count(this.#counters, "matched", matched.length);
    return id;
  }

  /** The last events, newest last, with the rules that took them. */
  last(): unknown[] {
    return this.#store
      .all<{ bus: string; event: string; rules: string }>("SELECT * FROM events_last ORDER BY sequence")
      .map(({ bus, event, rules }) => ({ bus, rules: JSON.parse(rules), event: JSON.parse(event) }));
  }

  #remember(bus: string, event: string, matched: Rule[]): void {
    const rules = JSON.stringify(matched.map(({ name }) => name));
    this.#store.run("INSERT INTO events_last (bus, event, rules) VALUES (?, ?, ?)", bus, event, rules);
    this.#store.run("DELETE FROM events_last WHERE sequence <= (SELECT MAX(sequence) FROM events_last) - ?", LAST_MAX);
  }

  #send(rule: Rule, target: Target, event: string): void {
    const passage = {
      ruleArn: rule.arn,
      ruleName: rule.name,
      ingestedAt: new Date(this.#cloud.engine.now()).toISOString(),
    };
    const text = renderInput(target, event, passage);
    const deadLetterArn = target.DeadLetterConfig?.Arn;
    this.#deliveries.send({
      target: target.Arn,
      payload: payloadFor(target.Arn, text),
      by: { service: "events", sourceArn: rule.arn, ...(target.RoleArn && { roleArn: target.RoleArn }) },
      retry: {
        attemptsMax: target.RetryPolicy?.MaximumRetryAttempts ?? ATTEMPTS_MAX,
        ageMaxMs: (target.RetryPolicy?.MaximumEventAgeInSeconds ?? AGE_MAX_SECONDS) * 1000,
      },
      ...(deadLetterArn && {
        deadLetter: { arn: deadLetterArn, body: event, attributes: { RULE_ARN: rule.arn, TARGET_ARN: target.Arn } },
      }),
    });
  }

  #tick({ arn, at }: { arn: string; at: Millis }): void {
    const rule = this.#rules.find(arn);
    // A rule that was removed, disabled or planned anew leaves old ticks behind.
    if (!rule?.schedule || !rule.enabled || rule.nextAt !== at) return;
    const timetable = parseTimetable(rule.schedule);
    const { region, account } = this.#cloud.topology;
    const time = new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
    const head = {
      version: "0",
      id: randomUUID(),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account,
      time,
    };
    const event = JSON.stringify({ ...head, region, resources: [arn], detail: {} });
    this.#store.atomic(() => {
      for (const target of rule.targets) this.#send(rule, target, event);
      const next = (after: Millis) => nextTick(timetable, after, rule.anchor) ?? Number.POSITIVE_INFINITY;
      this.#rules.tick(rule, this.#cloud.engine.nextTick(at, next));
    });
    count(this.#counters, "ticks");
  }
}

/** An order that differs from event to event, but not from run to run. */
function shuffled<T extends { target: Target; rule: Rule }>(eventId: string, pairs: T[]): T[] {
  const key = ({ rule, target }: T) => createHash("md5").update(`${eventId}${rule.arn}${target.Id}`).digest("hex");
  return pairs
    .map((pair) => ({ pair, key: key(pair) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ pair }) => pair);
}

/** The bytes of an entry as EventBridge counts them. */
export function entryBytes({ Time, Source, DetailType, Detail, Resources }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), Time ? 14 : 0);
}
