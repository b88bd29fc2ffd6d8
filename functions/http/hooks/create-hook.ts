import * as z from "zod";
import { StoreId } from "../../../events/values.ts";
import { adapterOf, type Provider, providers } from "../../adapters/registry.ts";
import { route } from "../../shell/route.ts";
import { hooks } from "../../table/hooks.ts";
import { hookReader } from "../../table/hooks-reader.ts";
import { Credentials, HookAnswer, presentHook, Secret } from "./answers.ts";

const formOf = (provider: Provider) =>
  z.strictObject({
    storeId: StoreId,
    provider: z.literal(provider),
    secret: Secret,
    credentials: Credentials.optional(),
    settings: adapterOf(provider).settings.optional(),
  });

const [first, ...others] = providers.map(formOf);

/** A hook by its provider: each takes the settings that mean something to it. */
const HookInput = z.discriminatedUnion("provider", [first as ReturnType<typeof formOf>, ...others], {
  error: ({ code }) => (code === "invalid_union" ? `Hooks can be made for ${providers.join(", ")} so far.` : undefined),
});

/** Gives a provider an address to deliver to. */
export const handler = route({
  summary: "Connect a provider to a store: its deliveries go to the url that is answered.",
  body: HookInput,
  answers: { 201: HookAnswer },
  needs: { hooks, hookReader },
  async run({ body, origin, now }, context) {
    const hookId = context.ids.next("hok");
    const { payments } = adapterOf(body.provider);
    await context.hooks.connect({ ...body, hookId, payments }, origin, now);
    return { status: 201, resource: hookId };
  },
  async present(hookId, context, _, event) {
    const hook = await context.hookReader.get(hookId);
    return { body: presentHook(hook, event, context.clock.now()), version: hook.version };
  },
});
