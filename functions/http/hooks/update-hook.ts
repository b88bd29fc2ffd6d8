import * as z from "zod";
import type { KnownHook } from "../../../domain/hook/hook.ts";
import { HookSettings } from "../../../events/hook.ts";
import { adapterOf } from "../../adapters/registry.ts";
import { route } from "../../shell/route.ts";
import { hooks } from "../../table/hooks.ts";
import { hookReader } from "../../table/hooks-reader.ts";
import { Credentials, checkSettings, HookAnswer, HookPath, presentHook, Secret } from "./answers.ts";

type Shape = (typeof HookSettings)["shape"];
const nullable = Object.entries(HookSettings.shape).map(([name, setting]) => [name, setting.nullable()]);
/** Settings as they are given to a hook; `null` takes one away. */
const SettingsChange = z.strictObject(
  Object.fromEntries(nullable) as { [Name in keyof Shape]: z.ZodNullable<Shape[Name]> },
);

/** Changes a hook. */
export const handler = route({
  summary: "Change a hook; deliveries signed by the secret before are taken for 24 hours more.",
  path: HookPath,
  body: z.strictObject({
    secret: Secret.optional(),
    credentials: Credentials.optional(),
    settings: SettingsChange.optional(),
  }),
  answers: { 200: HookAnswer },
  needs: { hooks, hookReader },
  guarded: true,
  async run({ path: { hookId }, body, origin, ifMatch, now }, context) {
    const check = ({ provider, settings }: KnownHook) => checkSettings(adapterOf(provider), settings);
    await context.hooks.change(hookId, body, { origin, now, version: ifMatch, check });
    return { status: 200, resource: hookId };
  },
  async present(hookId, context, _, event) {
    const hook = await context.hookReader.get(hookId);
    return { body: presentHook(hook, event, context.clock.now()), version: hook.version };
  },
});
