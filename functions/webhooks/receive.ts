import * as z from "zod";
import { fact, id } from "../../events/values.ts";
import { type Report, Unusable } from "../adapters/adapter.ts";
import { adapterOf } from "../adapters/registry.ts";
import { bytesWithoutCards } from "../shell/cards.ts";
import { bytesOf } from "../shell/dispatch.ts";
import { meter } from "../shell/meter.ts";
import type { Basics, Provided } from "../shell/port.ts";
import { Problem } from "../shell/problem.ts";
import { route } from "../shell/route.ts";
import type { Origin } from "../table/aggregates.ts";
import { goodSecrets, openedHooks } from "../table/hooks-opened.ts";
import { quarantined } from "../table/quarantine.ts";
import { aboutIn } from "./about.ts";
import { type Authentic, intakeNeeds, takeIn } from "./intake.ts";

/** A delivery at most, in bytes. */
export const DELIVERY_MAX_BYTES = 4 * 1_048_576;
/** A hook is read again for a signature that it does not explain, if it was read longer ago than this, in ms. */
const DOUBT_AFTER_MS = 1_000;

const needs = { ...intakeNeeds, openedHooks, quarantined, meter };
type Context = Provided<typeof needs> & Basics;

/** Takes what providers deliver. */
export const handler = route({
  summary: "A provider's own delivery, verified over its raw bytes by the provider's own rule.",
  path: z.strictObject({ hookId: id(z.string().max(100)) }),
  query: z.record(z.string(), z.string()),
  answers: { 200: z.strictObject({ received: fact(z.literal(true)) }) },
  needs,
  async run({ path: { hookId }, event, origin: { correlationId }, now }, context) {
    if (event.requestContext.http.method !== "POST") {
      const headers = { allow: "POST" };
      throw new Problem(405, "method_not_allowed", "This hook takes deliveries by POST.", { headers });
    }
    const raw = bytesOf(event);
    if (raw.byteLength > DELIVERY_MAX_BYTES) {
      throw new Problem(413, "body_too_large", `A delivery has at most ${DELIVERY_MAX_BYTES} bytes.`);
    }
    const delivery = await verified(hookId, { headers: event.headers, raw }, context, now);
    const origin: Origin = { actor: { kind: "hook", id: hookId }, correlationId, depth: 0 };
    if (delivery) await settle(delivery, context, { ...origin, storeId: delivery.at.storeId }, now);
    return { status: 200, body: { received: true } };
  },
});

/** The delivery, if its provider sent it; `undefined` for a ping. A secret may just have been changed elsewhere. */
async function verified(
  hookId: string,
  request: Parameters<ReturnType<typeof adapterOf>["verify"]>[0],
  context: Context,
  now: string,
): Promise<Authentic | undefined> {
  for (const ageMs of [undefined, DOUBT_AFTER_MS]) {
    const opened = await context.openedHooks.get(hookId, Date.parse(now), ageMs);
    if (!opened) throw new Problem(404, "hook_not_found", "There is no such hook.");
    const adapter = adapterOf(opened.hook.provider);
    const verdict = adapter.verify(request, goodSecrets(opened, now), now);
    if (verdict === "ping") return undefined;
    if (verdict === "authentic") {
      return { at: opened.hook, subject: adapter.subjectOf(request), raw: request.raw };
    }
  }
  throw new Problem(401, "bad_signature", "The delivery is not signed by the hook's provider.");
}

/** Saves what a delivery says; what cannot be used is kept, and so is a fault's if the provider never comes again. */
async function settle(delivery: Authentic, context: Context, origin: Origin, now: string): Promise<void> {
  try {
    note(await takeIn(delivery, context, origin, now), delivery, context);
  } catch (error) {
    const { hookId, storeId, provider } = delivery.at;
    if (!(error instanceof Unusable)) {
      if (adapterOf(provider).retries) throw error;
      context.logger.error("A delivery that comes only once could not be saved.", { error: error as Error, hookId });
    }
    const refusal = error instanceof Unusable ? error.refusal : { reason: "fault" };
    const said = aboutIn(delivery.raw, adapterOf(provider).named);
    const raw = bytesWithoutCards(delivery.raw);
    const kept = { hookId, storeId, provider, ...delivery.subject, ...refusal, said, raw };
    if (await context.quarantined.keep(kept, origin, now)) context.meter.count({ DeliveriesQuarantined: 1 });
  }
}

function note(report: Report, { at: { provider }, subject }: Authentic, { logger, meter: counter }: Context): void {
  if (report.kind !== "nothing") return;
  counter.count({ DeliveriesIgnored: 1 });
  logger.info("A delivery says nothing that is kept.", { provider, topic: subject.topic, reason: report.reason });
}
