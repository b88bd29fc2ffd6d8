import * as z from "zod";
import type { FormReason } from "../../../events/message.ts";
import { Code, fact } from "../../../events/values.ts";
import { channels, type SupportedChannel } from "../../message/channels/index.ts";
import { checksOf, failing, type JourneyFacts, type JourneySettings, Match, SETTINGS, UNSET } from "../facts.ts";
import { type Act, step } from "../step.ts";

/** What a message shows: a text, or what the deployment set. */
const Param = z.union([Code, z.strictObject({ setting: fact(z.enum(SETTINGS)) })]);
const Form = z.strictObject({ variant: Code, when: Match.optional(), params: z.record(Code, Param).optional() });
type Form = z.infer<typeof Form>;

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
    const reasons = forms.map((form) => reasonAgainst(form, facts));
    const chosen = reasons.indexOf(undefined);
    const form = forms[chosen];
    if (!form) return { kind: "advance", edge: "done" };
    const params = form.params && { params: Object.fromEntries(paramsOf(form, facts.settings)) };
    const passed = reasons.slice(0, chosen).map((reason, index) => [forms[index]?.variant, reason]);
    const passedOver = passed.length > 0 && { passedOver: Object.fromEntries(passed) };
    const act: Act = { kind: "send", channel, template, variant: form.variant, ...params, ...passedOver };
    return { kind: "act", act, edge: "done" };
  },
});

/** Why a form is not the one: a fact that it asks for does not hold, or a setting that it shows is not set. */
function reasonAgainst({ when = {}, params = {} }: Form, facts: JourneyFacts): FormReason | undefined {
  const check = checksOf(when, facts).find((one) => !one.holds);
  if (check) return failing(check.fact);
  const unset = Object.values(params).find((param) => textOf(param, facts.settings) === undefined);
  return unset === undefined || typeof unset === "string" ? undefined : UNSET[unset.setting];
}

const textOf = (param: z.infer<typeof Param>, settings: JourneySettings): string | undefined =>
  typeof param === "string" ? param : settings[param.setting];

function paramsOf({ params = {} }: Form, settings: JourneySettings): [string, string][] {
  return Object.entries(params).flatMap(([name, param]) => {
    const text = textOf(param, settings);
    return text === undefined ? [] : [[name, text] as [string, string]];
  });
}
