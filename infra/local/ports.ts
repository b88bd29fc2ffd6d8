/** The seams of the local cloud: what its parts may ask of each other. All of it speaks of AWS, nothing of Kolo. */

/** Milliseconds since the epoch on the cloud's own (shiftable) clock. */
export type Millis = number;

/**
 * The heart of the local cloud: its clock and the durable list of work that is due.
 * Work survives a kill: `enqueue` returns after it is on disk, and an item is removed only after its worker returned.
 */
export interface Engine {
  now(): Millis;
  /**
   * Registers the worker of a kind. It runs at least once per item;
   * a throw is a defect of the cloud itself and is logged and retried with backoff.
   */
  on(kind: string, run: (payload: unknown, item: WorkItem) => Promise<void>): void;
  /** Puts work on disk. An `id` that is already there is replaced; without `dueAt` it is due now. */
  enqueue(kind: string, payload: unknown, options?: { id?: string; dueAt?: Millis }): void;
  /** Forgets an item that has not started yet. */
  cancel(id: string): void;
  /**
   * When a recurring item that was due at `after` is due again. `next` gives the first tick later than an instant.
   * Ticks missed while the cloud was off run once; a jump of the clock runs about 100 of them at most, evenly spread.
   */
  nextTick(after: Millis, next: (after: Millis) => Millis): Millis;
  /** Counts `work` as in flight, so that settling waits for it. */
  busy<T>(work: () => Promise<T>): Promise<T>;
  /** A durable key-value space for a service's own state (queues, messages, schedules ...); backed by SQLite. */
  readonly database: import("node:sqlite").DatabaseSync;
}

export interface WorkItem {
  id: string;
  kind: string;
  dueAt: Millis;
  /** 1 on the first try. */
  attempt: number;
}

/** How the cloud runs a function, whoever asks (API, queue, stream, schedule, state machine). */
export interface Functions {
  /**
   * Runs the function once under its own timeout and checks no permission.
   * Never throws: an error of the handler is an outcome.
   */
  invoke(functionArn: string, payload: unknown): Promise<Invocation>;
}

export type Invocation =
  | { ok: true; payload: unknown; durationMs: number }
  | { ok: false; error: { errorType: string; errorMessage: string }; durationMs: number };

/** One SDK call as it arrived at the front door, already authenticated by its access key. */
export interface AwsRequest {
  /** The service of the signature's credential scope: `sqs`, `sns`, `events`, `scheduler`, `states`, `ses`, `s3` ... */
  service: string;
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: Buffer;
  /** Who calls: the role's ARN; `undefined` is the operator of the cloud itself, who may do everything. */
  principal: string | undefined;
}

export interface AwsResponse {
  status: number;
  headers?: Record<string, string>;
  body: string | Buffer;
}

/** One permission a call needs: the front door refuses the call unless the caller's role allows all of them. */
export interface Permission {
  action: string;
  resource: string;
  /** Condition keys of the call, e.g. `dynamodb:LeadingKeys`. */
  context?: Record<string, string | string[]>;
}

/** One emulated AWS service behind the front door. */
export interface Service {
  /** Signing names it answers to, e.g. `["events"]`. */
  names: readonly string[];
  /** What the call needs; `undefined`: an operation the service does not know (`handle` answers UnknownOperation). */
  permissions(request: AwsRequest): Permission[] | undefined;
  handle(request: AwsRequest): Promise<AwsResponse>;
}

/** One resource of a synthesized template after intrinsic functions were resolved. */
export interface Resource {
  stack: string;
  logicalId: string;
  type: string;
  properties: Record<string, unknown>;
  /** What `Ref` gives. */
  ref: string;
  arn: string;
}

/** All resources of all loaded stacks. */
export interface Topology {
  region: string;
  account: string;
  all(type: string): Resource[];
  byArn(arn: string): Resource | undefined;
}

/** On whose behalf AWS itself acts. */
export interface Actor {
  /** The acting service without its domain: `events`, `scheduler`, `sns`, `states`, `s3`, `lambda`. */
  service: string;
  /** The role that the service takes; without it the target's resource policy must allow `<service>.amazonaws.com`. */
  roleArn?: string;
  /** What acts (`aws:SourceArn`): the rule, topic, schedule or state machine. */
  sourceArn?: string;
}

/**
 * Sends a JSON event to any target ARN as AWS's own services do (a queue, a function, a topic, a bus, a state machine).
 * It checks the role (and its trust) or the target's resource policy and key by itself,
 * and delivers twice while that fault is on.
 */
export interface Delivery {
  /** Resolves when the target has accepted it durably; rejects with a `Refusal` or the target's own error. */
  deliver(targetArn: string, payload: unknown, by: Actor & { attributes?: Record<string, string> }): Promise<void>;
}

/** What the checks of the front door say when somebody may not do something. */
export interface Refusal extends Error {
  name: "AccessDenied";
  permission: Permission;
}

/** The judge of every permission: synthesized role policies and resource policies. */
export interface Access {
  /** Throws a `Refusal` unless the role's policies allow all of them; the operator (`undefined`) may do everything. */
  check(roleArn: string | undefined, permissions: Permission[]): void;
  /** Throws a `Refusal` unless the role trusts the service and allows all, or the resource policy lets the service. */
  checkActor(by: Actor, permissions: Permission[]): void;
}

/** A queue as an event source mapping sees it. */
export interface QueueSource {
  /** Takes up to `max` visible messages and hides them for the queue's visibility timeout, waiting `waitMs` for one. */
  receive(queueArn: string, max: number, waitMs: number): Promise<QueueMessage[]>;
  delete(queueArn: string, receiptHandles: string[]): Promise<void>;
  changeVisibility(queueArn: string, receiptHandle: string, visibilityMs: number): Promise<void>;
  /** Calls back whenever the queue may have visible messages; returns the way to stop. */
  onArrival(queueArn: string, listener: () => void): () => void;
  /** How many messages could be received right now: settling waits until a mapped queue has none. */
  visible(queueArn: string): number;
}

/** One received message, in the letter case of a Lambda event. */
export interface QueueMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  /** ApproximateReceiveCount, SentTimestamp, SenderId, ApproximateFirstReceiveTimestamp ... */
  attributes: Record<string, string>;
  messageAttributes: Record<string, { stringValue?: string; binaryValue?: string; dataType: string }>;
}

/** Troubles that tests switch on (`POST /_local/faults`). */
export interface Faults {
  /** What AWS delivers at least once comes twice: stream batches, queue messages, bus and schedule deliveries. */
  readonly duplicate: boolean;
}

/** A service's module: made once from the topology, it creates or finds its durable state and registers its workers. */
export type ServiceFactory = (cloud: {
  topology: Topology;
  engine: Engine;
  functions: Functions;
  delivery: Delivery;
  access: Access;
  /** Sends a call to another service as its principal, checked as at the front door (SDK calls of state machines). */
  call(request: AwsRequest): Promise<AwsResponse>;
  faults: Faults;
  /** Origin of the AWS endpoint, `http://127.0.0.1:<port>`; it differs from start to start, so do not store it. */
  endpoint: string;
  /** Origin of the public server, for links a person follows. */
  url: string;
  log: (line: string) => void;
}) => Service & {
  /** Targets whose ARN this service accepts deliveries for. */
  accepts?(arn: string): boolean;
  /** Accepts a delivery durably; permissions and duplicates are already dealt with. */
  deliver?: Delivery["deliver"];
  /** The queue service's side of event source mappings. */
  queues?: QueueSource;
  /** Called once when every service is made and both servers listen. */
  start?(): void;
  stop?(): void | Promise<void>;
  /** Work under way that is neither an engine item nor inside `busy`; settling waits until it is 0. */
  pending?(): number;
  /**
   * Rows for `GET /_local/...` pages, by name (`outbox`, `alerts`, `queues`, `events` ...).
   * `stats` holds plain counters that only grow; `GET /_local/stats` shows them since its reset, by the first name.
   */
  views?: Record<string, () => unknown>;
};
