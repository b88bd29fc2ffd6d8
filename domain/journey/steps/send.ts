import * as z from "zod";
import { Code, fact } from "../../../events/values.ts";
import { holds, Match } from "../facts.ts";
import { step } from "../step.ts";

/** Asks for one message in the first form whose facts hold; when none does, nothing is sent. */
export const send = step({
  kind: "send",
  config: z.strictObject({
    channel: fact(z.enum(["email"])),
    template: Code,
    forms: z
      .array(z.strictObject({ variant: Code, when: Match.optional(), params: z.record(Code, Code).optional() }))
      .min(1),
  }),
  edges: ["done"],
  enter({ channel, template, forms }, facts) {
    const form = forms.find(({ when }) => !when || holds(when, facts));
    if (!form) return { kind: "advance", edge: "done" };
    const { variant, params } = form;
    return { kind: "act", act: { kind: "send", channel, template, variant, ...(params && { params }) }, edge: "done" };
  },
});
