/** When these prices were gathered. */
export const PRICED_AT = "2026-11";

/** Public AWS prices in USD: on demand, first tier, no free tier. */
export interface Prices {
  /** Per million. */
  apiRequests: number;
  lambdaRequests: number;
  writeUnits: number;
  readUnits: number;
  busEvents: number;
  queueRequests: number;
  notifications: number;
  scheduledInvocations: number;
  expressExecutions: number;
  standardTransitions: number;
  mails: number;
  traces: number;
  /** Per GB-second. */
  lambdaGbSeconds: number;
  expressGbSeconds: number;
  /** Per GB. */
  logs: number;
  /** Per GB and month. */
  storage: number;
  recovery: number;
  /** Per piece and month. */
  keys: number;
  secrets: number;
  alarms: number;
  dashboards: number;
  customMetrics: number;
}

const NORTH_VIRGINIA: Prices = {
  apiRequests: 1,
  lambdaRequests: 0.2,
  writeUnits: 0.625,
  readUnits: 0.125,
  busEvents: 1,
  queueRequests: 0.4,
  notifications: 0.5,
  scheduledInvocations: 1,
  expressExecutions: 1,
  standardTransitions: 25,
  mails: 100,
  traces: 5,
  // arm64.
  lambdaGbSeconds: 0.000_013_333_4,
  expressGbSeconds: 0.000_016_67,
  logs: 0.5,
  storage: 0.25,
  recovery: 0.2,
  keys: 1,
  secrets: 0.4,
  alarms: 0.1,
  dashboards: 3,
  customMetrics: 0.3,
};

/** The two regions that Kolo is priced for; what Frankfurt does not change costs the same in both. */
export const PRICES = {
  "us-east-1": NORTH_VIRGINIA,
  "eu-central-1": {
    ...NORTH_VIRGINIA,
    apiRequests: 1.2,
    writeUnits: 0.7625,
    readUnits: 0.1525,
    scheduledInvocations: 1.15,
    logs: 0.63,
    storage: 0.306,
    recovery: 0.2448,
  },
} as const satisfies Record<string, Prices>;

export type Region = keyof typeof PRICES;
export const REGIONS = Object.keys(PRICES) as Region[];
