import * as z from "zod";
import { Code } from "../../../events/values.ts";
import { cursorOf } from "../../shell/cursor.ts";
import { PageQuery, pageOf, route } from "../../shell/route.ts";
import { By, MetricAnswer, visibleTo } from "./answers.ts";

/** Lists what is measured. */
export const handler = route({
  summary: "List the metrics with unit, definition and dimensions.",
  query: z.strictObject(PageQuery),
  answers: { 200: pageOf(MetricAnswer) },
  async run({ query: { limit }, caller, event }) {
    const cursor = cursorOf({ caller, event });
    const last = cursor.read(Code);
    const all = visibleTo(caller);
    const rest = all.slice(all.findIndex(({ name }) => name === last) + 1);
    const page = rest.slice(0, limit);
    const items = page.map(({ name, definition, unit }) => {
      return { name, definition, unit, dimensions: By.options };
    });
    return {
      status: 200,
      body: { items, nextCursor: page.length < rest.length ? cursor.write(page.at(-1)?.name) : null },
    };
  },
});
