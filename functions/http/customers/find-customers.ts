import * as z from "zod";
import { isCountry } from "../../../domain/kernel/country.ts";
import { fact, id, personal, StoreId } from "../../../events/values.ts";
import { cursorOf } from "../../shell/cursor.ts";
import type { Provided } from "../../shell/port.ts";
import { PageQuery, pageOf, route } from "../../shell/route.ts";
import { customerFinder } from "../../table/customer-finder.ts";
import { customerReader, type StoredCustomer } from "../../table/customer-reader.ts";
import { StatePosition } from "../../table/pages.ts";
import { type Sight, sightOf } from "../../table/sight.ts";
import { storeReader } from "../../table/store-reader.ts";
import { storeFilter } from "../scope.ts";
import { CustomerAnswer, presentCustomer } from "./answers.ts";
import { type Asked, checkServed, countriesFor, identitiesAsked, isLookup } from "./lookup.ts";

const needs = { customerReader, customerFinder, storeReader };

/** Finds customers. */
export const handler = route({
  summary: "Find customers by e-mail or phone, or list them, newest first.",
  query: z.strictObject({
    ...PageQuery,
    email: personal(z.string().max(320)).optional(),
    phone: personal(z.string().max(60)).optional(),
    name: personal(z.string().max(200)).optional(),
    segmentId: id(z.string().max(64)).optional(),
    storeId: StoreId.optional().describe("Whose customers to list; with a phone, whose country it is read in."),
    country: fact(z.string().refine(isCountry, "There is no such country in ISO 3166-1."))
      .optional()
      .describe("ISO 3166-1: where a national phone number is of."),
  }),
  answers: { 200: pageOf(CustomerAnswer) },
  needs,
  async run(input, context) {
    const { caller, query, origin } = input;
    checkServed(query);
    const cursor = cursorOf(input);
    const storeId = storeFilter(caller, query.storeId);
    const { items, next } = isLookup(query)
      ? { items: await lookUp({ ...query, storeId }, context, sightOf(origin)), next: undefined }
      : await context.customerReader.page({ ...sightOf(origin), storeId }, query.limit, cursor.read(StatePosition));
    const shown = items.map((one) => presentCustomer(caller, one));
    return { status: 200, body: { items: shown, nextCursor: cursor.write(next) } };
  },
});

async function lookUp(
  asked: Asked,
  { customerFinder: finder, storeReader: stores }: Provided<typeof needs>,
  sight: Sight,
): Promise<StoredCustomer[]> {
  const countries = asked.phone === undefined ? [] : await countriesFor(asked, stores);
  return finder.owners(identitiesAsked(asked, countries), sight);
}
