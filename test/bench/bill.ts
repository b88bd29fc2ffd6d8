import type { Prices } from "./prices.ts";

/** What one order's life used, from the first request to the last settled message. */
export interface Usage {
  apiRequests: number;
  invocations: number;
  gbSeconds: number;
  writeUnits: number;
  readUnits: number;
  busEvents: number;
  /** Messages that went through a queue. */
  queueMessages: number;
  notifications: number;
  schedulesFired: number;
  executions: number;
  executionGbSeconds: number;
  standardTransitions: number;
  logBytes: number;
  mails: number;
}

/** What is paid for whether or not anybody buys, counted in the templates. */
export interface Standing {
  keys: number;
  secrets: number;
  alarms: number;
  dashboards: number;
  customMetrics: number;
  /** Queues that an event source mapping polls. */
  polledQueues: number;
  traced: boolean;
  /** Ticks of recurring schedules in a month. */
  ticks: number;
}

/** A line of a bill. */
export interface Line {
  what: string;
  /** How many of it. */
  quantity: number;
  usd: number;
}

const MILLION = 1_000_000;
const GB = 1024 ** 3;
/** A message is sent, received and deleted. */
const REQUESTS_PER_MESSAGE = 3;
export const MONTH_HOURS = 730;
/** An event source mapping keeps five long polls of 20 seconds open on a quiet queue. */
const POLLERS = 5;
const POLL_SECONDS = 20;

/** Receives that find nothing, of one polled queue in a month. */
export const IDLE_RECEIVES = (POLLERS * MONTH_HOURS * 3_600) / POLL_SECONDS;

/** GB-seconds of an Express execution: chunks of 64 MB, steps of 100 ms. */
export const expressGbSeconds = (ms: number): number => (Math.max(1, Math.ceil(ms / 100)) / 10) * (64 / 1_024);

/** Ticks of a schedule expression in a month; an expression that this cannot read is an error. */
export function ticksOf(expression: string): number {
  const [, every = "", unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const hours = { minute: 1 / 60, hour: 1, day: 24 }[unit];
  if (hours !== undefined) return MONTH_HOURS / (Number(every) * hours);
  if (/^cron\(\d+ \d+ \* \* \? \*\)$/.test(expression)) return MONTH_HOURS / 24;
  throw new Error(`How often is ${expression}?`);
}

/** What so many lives cost, without mails and traces. */
export function platformLines(usage: Usage, lives: number, prices: Prices): Line[] {
  const line = (what: string, each: number, unit: number): Line => ({ what, quantity: each, usd: each * lives * unit });
  return [
    line("API requests", usage.apiRequests, prices.apiRequests / MILLION),
    line("Lambda requests", usage.invocations, prices.lambdaRequests / MILLION),
    line("Lambda GB-s (durations of this machine)", usage.gbSeconds, prices.lambdaGbSeconds),
    line("table write units", usage.writeUnits, prices.writeUnits / MILLION),
    line("table read units", usage.readUnits, prices.readUnits / MILLION),
    line("bus events", usage.busEvents, prices.busEvents / MILLION),
    line("SQS requests (3 a message)", usage.queueMessages * REQUESTS_PER_MESSAGE, prices.queueRequests / MILLION),
    line("SNS publishes (receipts of mails)", usage.notifications, prices.notifications / MILLION),
    line("Scheduler invocations", usage.schedulesFired, prices.scheduledInvocations / MILLION),
    line("Express executions", usage.executions, prices.expressExecutions / MILLION),
    line("Express GB-s", usage.executionGbSeconds, prices.expressGbSeconds),
    line("Standard transitions", usage.standardTransitions, prices.standardTransitions / MILLION),
    line("log GB", usage.logBytes / GB, prices.logs),
  ];
}

/** What is paid beside the platform: mails, and traces where the functions are traced. */
export function apartLines(usage: Usage, lives: number, traced: boolean, prices: Prices): Line[] {
  const mails = { what: "mails (SES)", quantity: usage.mails, usd: (usage.mails * lives * prices.mails) / MILLION };
  const traces = {
    what: "X-Ray traces, if every invocation is sampled",
    quantity: usage.invocations,
    usd: (usage.invocations * lives * prices.traces) / MILLION,
  };
  return traced ? [mails, traces] : [mails];
}

/** What a tick of the clock uses on average. */
export type TickUsage = Pick<Usage, "gbSeconds" | "readUnits" | "writeUnits" | "standardTransitions">;

/** A month of a shop with few orders, without mails: what stands, polls, ticks and is kept, and its orders. */
export function monthLines(
  standing: Standing,
  month: { orders: number; life: Usage; tick: TickUsage; storedGb: number },
  prices: Prices,
): Line[] {
  const { orders, life, tick, storedGb } = month;
  const line = (what: string, quantity: number, unit: number): Line => ({ what, quantity, usd: quantity * unit });
  const { ticks } = standing;
  const perTick =
    (prices.scheduledInvocations + prices.lambdaRequests) / MILLION +
    tick.gbSeconds * prices.lambdaGbSeconds +
    (tick.readUnits * prices.readUnits + tick.writeUnits * prices.writeUnits) / MILLION +
    (tick.standardTransitions * prices.standardTransitions) / MILLION;
  const traces = standing.traced ? ticks + orders * life.invocations : 0;
  const ordered = platformLines(life, orders, prices).reduce((sum, { usd }) => sum + usd, 0);
  return [
    line("KMS keys (before their first rotation)", standing.keys, prices.keys),
    line("secrets", standing.secrets, prices.secrets),
    line("alarms", standing.alarms, prices.alarms),
    line("dashboards", standing.dashboards, prices.dashboards),
    line("custom metrics", standing.customMetrics, prices.customMetrics),
    line("SQS receives that find nothing", standing.polledQueues * IDLE_RECEIVES, prices.queueRequests / MILLION),
    line("ticks of the clock with all they use", ticks, perTick),
    line("table storage GB (a year of orders)", storedGb, prices.storage),
    line("point-in-time recovery GB", storedGb, prices.recovery),
    line("X-Ray traces", traces, prices.traces / MILLION),
    { what: "the orders themselves, without mails", quantity: orders, usd: ordered },
  ];
}

/** The sum of a bill. */
export const totalOf = (lines: readonly Line[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);
