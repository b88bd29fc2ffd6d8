import * as z from "zod";
import { Code } from "../../../events/values.ts";
import { step } from "../step.ts";

/** Leaves the journey. */
export const exit = step({
  kind: "exit",
  config: z.strictObject({ reason: Code }),
  edges: [],
  enter: ({ reason }) => ({ kind: "exit", reason }),
});
