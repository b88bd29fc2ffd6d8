import * as z from "zod";
import { metrics } from "../../../domain/analytics/metrics/index.ts";
import { valuesOf } from "../../../domain/analytics/report.ts";
import { reject } from "../../../domain/kernel/rejection.ts";
import { Code, Currency, Day, StoreId } from "../../../events/values.ts";
import { Problem } from "../../shell/problem.ts";
import { route } from "../../shell/route.ts";
import { metricReports } from "../../table/metrics.ts";
import { storeReader } from "../../table/store-reader.ts";
import { stores } from "../../table/stores.ts";
import { By, ReportAnswer, visibleTo } from "./answers.ts";
import { currencyOf, rangeOf, reportedStore } from "./scope.ts";

/** Shows a metric over a range of days. */
export const handler = route({
  summary: "Show a metric over a range of days, by day, week, month or store.",
  path: z.strictObject({ name: Code }),
  query: z.strictObject({
    from: Day.optional(),
    to: Day.optional(),
    by: By.optional(),
    storeId: StoreId.optional(),
    currency: Currency.optional(),
  }),
  answers: { 200: ReportAnswer },
  needs: { metricReports, storeReader, stores },
  async run({ path: { name }, query, caller, now }, context) {
    const metric = metrics.find((one) => one.name === name);
    if (!metric) reject("metric_not_found", "There is no such metric.");
    if (!visibleTo(caller).includes(metric)) throw new Problem(403, "not_allowed", "Your role may not do this.");
    const storeId = reportedStore(caller, query.storeId);
    const home = storeId ?? (await context.metricReports.storeIds())[0];
    const store = home === undefined ? undefined : await context.stores.get(home, Date.parse(now));
    const { by } = query;
    const report = await context.metricReports.report(metric, { ...rangeOf(query, store, now), by, storeId });
    const currency = currencyOf(metric, report, query.currency, store);
    const { definition, unit } = metric;
    const shown = { metric: name, definition, unit, ...(currency && { currency }) };
    const { rows, total } = valuesOf(report, metric, currency);
    const names = by === "store" ? await context.storeReader.names(rows.map(({ key }) => key)) : undefined;
    const named = rows.map(({ key, ...row }) => ({ key, ...(names?.has(key) && { name: names.get(key) }), ...row }));
    return { status: 200, body: { ...shown, rows: named, total, asOf: now } };
  },
});
