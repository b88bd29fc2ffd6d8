import type { KnownQuarantine } from "../../../domain/quarantine/quarantine.ts";
import { Unusable } from "../../adapters/adapter.ts";
import type { Provided } from "../../shell/port.ts";
import { Problem } from "../../shell/problem.ts";
import { route } from "../../shell/route.ts";
import { expectVersion, type Origin } from "../../table/aggregates.ts";
import { hookReader } from "../../table/hooks-reader.ts";
import { quarantined } from "../../table/quarantine.ts";
import { quarantineReader } from "../../table/quarantine-reader.ts";
import { intakeNeeds, takeIn } from "../../webhooks/intake.ts";
import { presentQuarantine, QuarantineAnswer, QuarantinePath } from "./answers.ts";

const needs = { ...intakeNeeds, hookReader, quarantined, quarantineReader };

/** Reads a quarantined delivery again, as if it came now. */
export const handler = route({
  summary: "Read a quarantined delivery again and save what it says; 409 when it still cannot be used.",
  path: QuarantinePath,
  answers: { 200: QuarantineAnswer },
  needs,
  guarded: true,
  async run({ path: { quarantineId }, origin, ifMatch, now }, context) {
    const kept = await context.quarantineReader.get(quarantineId);
    expectVersion(kept, ifMatch);
    const { state } = kept;
    const refusal = state.status === "replayed" ? undefined : await refusalOf(state, context, origin, now);
    const status = await context.quarantined.settle(quarantineId, refusal?.refusal, origin, now);
    // Of two replays at once the slower one finds the bytes gone that the other one has read.
    if (refusal && status !== "replayed") {
      const sentence = `The delivery still cannot be used (${refusal.code}): ${refusal.message}`;
      throw new Problem(409, "still_unusable", sentence, { cause: refusal });
    }
    return { status: 200, resource: quarantineId };
  },
  async present(quarantineId, context) {
    const found = await context.quarantineReader.get(quarantineId);
    return { body: presentQuarantine(found), version: found.version };
  },
});

/** Takes the delivery in; what is wrong with it, if something still is. A fault is thrown and changes nothing. */
async function refusalOf(
  kept: KnownQuarantine,
  context: Provided<typeof needs>,
  { mark: _, ...origin }: Origin,
  now: string,
): Promise<Unusable | undefined> {
  const { hookId, storeId, provider, topic, source } = kept;
  const raw = await context.quarantined.rawOf(kept);
  if (!raw) return new Unusable("raw_expired", "Its raw bytes were not kept that long.");
  const settings = (await context.hookReader.find(hookId))?.state.settings ?? {};
  const subject = { ...(topic && { topic }), ...(source && { source }) };
  const delivery = { at: { hookId, storeId, provider, settings }, subject, raw };
  const taken = takeIn(delivery, context, { ...origin, storeId }, now);
  return taken.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof Unusable) return error;
      throw error;
    },
  );
}
