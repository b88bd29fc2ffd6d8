import type { EventType } from "../events/catalog.ts";

/** What a function may touch; `constructs/grants.ts` turns each word into IAM actions and environment variables. */
export type Use =
  | "table:read"
  | "table:write"
  | "table:scan"
  | "bucket:read"
  | "bucket:write"
  | "bus"
  | "mail"
  | "alerts"
  | "journeys:start"
  | "journeys:wake"
  | "journeys:cancel"
  | "secret:identity"
  | "secret:vault"
  /** Only an environment variable: what the deployment's settings say. */
  | "setting:promo-code"
  | "setting:test-addresses"
  /** May plan wake-ups of a consumer. */
  | `wake:${string}`
  /** May cancel wake-ups of a consumer. */
  | `cancel:${string}`;

/** Who may call a route: a group of staff, a store's own key, or a key for the browser. */
export type Role = "owner" | "manager" | "marketer" | "finance" | "key" | "publishable";

/** The topics that a consumer can listen to. */
export type TopicName = "mail-receipts";

/** What any function may ask for beyond its code. */
export interface Work {
  uses: readonly Use[];
  /** Default 512. */
  memoryMb?: number;
  /** Default 10 for routes, 30 for the rest. */
  timeoutSeconds?: number;
}

/** One route: `run` is `<noun>/<file>` under functions/http (the noun `webhooks`: under functions). */
export type Route = Work & { on: `${Method} /${string}`; run: `${string}/${string}` } & (
    | { roles: readonly Role[]; public?: never }
    | { public: true; roles?: never }
  );

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A filter on the detail of an event, in EventBridge's pattern language. */
export interface Where {
  [attribute: string]: Where | readonly (string | number | boolean)[];
}

/** One reaction: sources -> its own queue (with dead letters) -> functions/consumers/<name>.ts. */
export interface Consumer extends Work {
  name: string;
  /** Events of the bus. */
  events?: readonly EventType[];
  where?: Where;
  /** One-shot schedules target the queue. */
  wake?: true;
  /** Messages of a topic. */
  topic?: TopicName;
  /** The journeys' triggers enter here. */
  journeys?: true;
  /** How many batches may run at once; default 2, AWS's minimum, because a new account has 10 environments in all. */
  concurrency?: number;
}

/** What starts a journey: a matching event becomes `{ journeyId, event }` on the entry queue. */
export interface JourneyTrigger {
  journeyId: string;
  events: readonly EventType[];
  where?: Where;
}

/** A recurring tick: functions/tasks/<name>.ts, by EventBridge Scheduler's expression in UTC. */
export interface Schedule extends Work {
  name: string;
  every: string;
  /** For work longer than a function may take: it is run again with its own answer until that is `done`, so often. */
  rounds?: number;
}

/** A task of a state machine: functions/tasks/<name>.ts. */
export interface Task extends Work {
  name: string;
}

/** A reader of the table's stream: functions/stream/<name>.ts. Two at most: a shard serves no third one. */
export interface StreamReader extends Work {
  name: string;
  /** Lambda's filter patterns; a record that matches one of them is handed over. */
  filters: readonly object[];
}

/** The whole system, as `wiring.ts` declares it. */
export interface Wiring {
  routes: readonly Route[];
  consumers: readonly Consumer[];
  journeys: readonly JourneyTrigger[];
  schedules: readonly Schedule[];
  tasks: readonly Task[];
  streams: readonly StreamReader[];
}
