import * as z from "zod";
import { fact, Instant, id, StoreId } from "../../../events/values.ts";
import { route } from "../../shell/route.ts";
import { storeHealth } from "../../table/store-health.ts";
import { KeyMode, StorePath } from "./answers.ts";

const count = fact(z.int().min(0));

const HealthAnswer = z.strictObject({
  storeId: StoreId,
  keys: z.array(z.strictObject({ id: id(z.string()), mode: KeyMode, active: fact(z.boolean()) })),
  hooks: z.array(z.strictObject({ id: id(z.string()), provider: fact(z.string()) })),
  /** The time of placing of the newest order. */
  lastOrderAt: Instant.nullable(),
  openMismatches: count,
  /** Deliveries that wait for a fix. */
  quarantined: count,
  /** True where a count stopped at the most that is counted. */
  countsAreLowerBounds: fact(z.boolean()),
});

/** Tells whether a store's connections live. */
export const handler = route({
  summary: "Tell how a store is connected: keys, hooks, its last order, open mismatches, quarantined deliveries.",
  path: StorePath,
  answers: { 200: HealthAnswer },
  needs: { storeHealth },
  async run({ path }, context) {
    return { status: 200, body: await context.storeHealth.of(path.storeId) };
  },
});
