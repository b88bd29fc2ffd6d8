import { consumer } from "../shell/consumer.ts";
import type { Runtime } from "../shell/port.ts";
import { replan, wakes } from "../shell/wake.ts";
import { mismatchWatch } from "../table/mismatch-watch.ts";

/** What a wake-up says. */
interface Wake {
  mismatchId: string;
}

/** Decides a mismatch whose grace has run out: finance is told, or it came right by itself. */
export const settleMismatch = (runtimeOf?: () => Runtime) =>
  consumer(
    {
      needs: { mismatchWatch, wakes },
      async run({ body, now }, context) {
        const { mismatchId } = body as Wake;
        const origin = { actor: { kind: "system" as const }, correlationId: mismatchId, depth: 0 };
        const look = await context.mismatchWatch.settle(mismatchId, origin, now);
        await replan(context.wakes, look, { message: { mismatchId }, now });
      },
    },
    runtimeOf,
  );

export const handler = settleMismatch();
