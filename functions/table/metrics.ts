import { type Family, MERCHANT } from "../../domain/analytics/contribution.ts";
import type { Metric } from "../../domain/analytics/metric.ts";
import { type DayRange, type DaySums, type Report, rowsByPeriod, rowsByStore } from "../../domain/analytics/report.ts";
import { totalsOf } from "../../domain/analytics/value.ts";
import { addDays } from "../../domain/kernel/calendar.ts";
import { mapLimited } from "../shell/parallel.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { metricKey } from "./keys.ts";
import { REVISION } from "./ledger-moves.ts";
import { storeIds } from "./store-ids.ts";
import type { Item, Key, Table } from "./table.ts";

/** The item of a family, scope, day and shard. */
export interface MetricItem extends DaySums, Key {
  /** How often it changed; absent on an item that the projector did not make. */
  revision: number | undefined;
}

/** What a report is divided into; absent = only the whole. */
export type By = "day" | "week" | "month" | "store";

/** Which sums a report is made of. */
export interface ReportQuery extends DayRange {
  by?: By | undefined;
  /** Absent = the merchant's. */
  storeId?: string | undefined;
}

const PAGE_ITEMS = 1_000;
/** Pages of one family and scope at most: 10 years in a dozen shards. */
const PAGES_MAX = 50;
const SCOPES_AT_ONCE = 10;

/** Reads the metric items of a scope, oldest first; without a range all of them. */
export async function readMetricItems(
  source: Table,
  { family, scope }: { family: Family; scope: string },
  options: { range?: DayRange; consistent?: boolean } = {},
): Promise<MetricItem[]> {
  const { pk } = metricKey(family, scope, "", 0);
  const { range, consistent = false } = options;
  const bounds = range && { from: range.from, to: addDays(range.to, 1) };
  const items: MetricItem[] = [];
  let after: Record<string, string> | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await source.query({ pk, ...bounds, limit: PAGE_ITEMS, consistent, after });
    items.push(...page.items.map((item) => metricItemOf(scope, item)));
    after = page.next;
    if (!after) return items;
  }
  throw new Error("A family of metrics has too many days.");
}

function metricItemOf(scope: string, { pk, sk, ...attributes }: Item): MetricItem {
  const { [REVISION]: revision, ...sums } = attributes as Record<string, number>;
  return { pk, sk, scope, day: sk.slice(0, sk.indexOf("#")), revision, sums };
}

/** Reads metrics: sums of what the projector has applied. */
export class Metrics {
  readonly #table: Table;

  constructor(source: Table) {
    this.#table = source;
  }

  /** The merchant's stores, the oldest first. */
  storeIds(): Promise<string[]> {
    return storeIds(this.#table);
  }

  /**
   * The sums of a range, whole and divided. Sales of the merchant are those of its stores together; a customer counts
   * once for the merchant and once for each of their stores, so that stores do not add up to the merchant.
   */
  async report(metric: Metric, { by, storeId, ...range }: ReportQuery): Promise<Report> {
    const stores = storeId === undefined ? await this.storeIds() : [storeId];
    const whole = storeId !== undefined ? [storeId] : metric.family === "sales" ? stores : [MERCHANT];
    const wanted = [...new Set([...whole, ...(by === "store" ? stores : [])])];
    const read = await mapLimited(wanted, SCOPES_AT_ONCE, (scope) =>
      readMetricItems(this.#table, { family: metric.family, scope }, { range }),
    );
    const days: readonly DaySums[] = read.flat();
    const ofWhole = days.filter(({ scope }) => whole.includes(scope));
    const total = totalsOf(ofWhole.map(({ sums }) => sums));
    if (by === undefined) return { rows: [], total };
    return { rows: by === "store" ? rowsByStore(stores, days) : rowsByPeriod(by, range, ofWhole), total };
  }
}

export const metricReports = port("metricReports", (runtime) => new Metrics(runtime.get(table)));
