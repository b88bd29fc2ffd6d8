import * as z from "zod";
import { catalog } from "../../../events/catalog.ts";
import { Actor } from "../../../events/event.ts";
import { fact, Instant, id, StoreId } from "../../../events/values.ts";
import { cursorOf } from "../../shell/cursor.ts";
import { PageQuery, pageOf, route } from "../../shell/route.ts";
import { customerReader } from "../../table/customer-reader.ts";
import { EventPosition } from "../../table/pages.ts";
import { sightOf } from "../../table/sight.ts";
import { timeline } from "../../table/timeline.ts";
import { CustomerPath } from "./answers.ts";
import { tellsOf, told } from "./timeline-view.ts";

const types = [...catalog.keys()];
const nouns = types.map((type) => type.slice(0, type.indexOf(".")));

const TimelineItem = z.strictObject({
  eventId: id(z.string()),
  type: fact(z.string()),
  at: Instant,
  actor: Actor,
  storeId: StoreId.optional(),
  data: z.record(z.string(), z.unknown()),
});

/** Tells what happened around a customer. */
export const handler = route({
  summary: "Tell what happened around a customer, newest first; `kind` is a noun such as order, or one event.",
  path: CustomerPath,
  query: z.strictObject({ ...PageQuery, kind: fact(z.enum([...new Set([...nouns, ...types])])).optional() }),
  answers: { 200: pageOf(TimelineItem) },
  needs: { customerReader, timeline },
  async run(input, context) {
    const { caller, query, path } = input;
    await context.customerReader.get(path.customerId, sightOf(input.origin));
    const cursor = cursorOf(input);
    const keeps = tellsOf(caller, query.kind);
    const page = await context.timeline.page(path.customerId, keeps, query.limit, cursor.read(EventPosition));
    const items = page.items.map((event) => told(caller, event));
    return { status: 200, body: { items, nextCursor: cursor.write(page.next) } };
  },
});
