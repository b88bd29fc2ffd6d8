import * as z from "zod";
import { Code, fact } from "../../../events/values.ts";
import { channels, type SupportedChannel } from "../../message/channels/index.ts";
import { holds, type JourneyFacts, type JourneySettings, Match, SETTINGS } from "../facts.ts";
import { step } from "../step.ts";

/** What a message shows: a text, or what the deployment set. */
const Param = z.union([Code, z.strictObject({ setting: fact(z.enum(SETTINGS)) })]);
const Form = z.strictObject({ variant: Code, when: Match.optional(), params: z.record(Code, Param).optional() });

/** Asks for one message in the first form whose facts hold and whose settings are set; when none fits, for nothing. */
export const send = step({
  kind: "send",
  config: z.strictObject({
    channel: fact(z.enum(Object.keys(channels) as [SupportedChannel, ...SupportedChannel[]])),
    template: Code,
    forms: z.array(Form).min(1),
  }),
  edges: ["done"],
  enter({ channel, template, forms }, facts) {
    const form = forms.find((one) => fits(one, facts));
    if (!form) return { kind: "advance", edge: "done" };
    const { variant } = form;
    const params = form.params && { params: Object.fromEntries(paramsOf(form, facts.settings)) };
    return { kind: "act", act: { kind: "send", channel, template, variant, ...params }, edge: "done" };
  },
});

function fits(form: z.infer<typeof Form>, facts: JourneyFacts): boolean {
  const isKnown = Object.keys(form.params ?? {}).length === paramsOf(form, facts.settings).length;
  return isKnown && (!form.when || holds(form.when, facts));
}

function paramsOf({ params = {} }: z.infer<typeof Form>, settings: JourneySettings): [string, string][] {
  return Object.entries(params).flatMap(([name, param]) => {
    const text = typeof param === "string" ? param : settings[param.setting];
    return text === undefined ? [] : [[name, text] as [string, string]];
  });
}
