import * as z from "zod";
import { holds, Match } from "../facts.ts";
import { step } from "../step.ts";

/** Goes one way when the facts hold now, and the other when they do not. */
export const condition = step({
  kind: "condition",
  config: z.strictObject({ when: Match }),
  edges: ["yes", "no"],
  enter: ({ when }, facts) => ({ kind: "advance", edge: holds(when, facts) ? "yes" : "no" }),
});
