import { plusMs } from "../../domain/kernel/calendar.ts";
import type { Runtime } from "../shell/port.ts";
import { task } from "../shell/task.ts";
import { dueItems } from "../table/due.ts";
import { sweepers } from "./sweepers.ts";

/** What has been due for so long was missed: its own schedule had the time to come. */
export const GRACE_MS = 5 * 60_000;

/** Looks after everything whose schedule was lost; one that fails holds up no other, and fails the tick at its end. */
export const sweep = (runtimeOf?: () => Runtime) =>
  task(
    {
      needs: { dueItems, sweepers },
      async run(_: unknown, { now, logger, ...context }) {
        const swept: Record<string, number> = {};
        const failures: unknown[] = [];
        for await (const { kind, id } of context.dueItems.before(plusMs(now, -GRACE_MS))) {
          const attempt = async () => context.sweepers.of(kind)(id, now);
          await attempt().then(
            () => {
              swept[kind] = (swept[kind] ?? 0) + 1;
            },
            (error: unknown) => failures.push(error),
          );
        }
        if (Object.keys(swept).length > 0) logger.info("Missed waits were looked after.", { swept });
        if (failures.length > 0)
          throw new AggregateError(failures, `${failures.length} due items could not be looked after.`);
        return swept;
      },
    },
    runtimeOf,
  );

export const handler = sweep();
