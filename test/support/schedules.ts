import type { OneShot, Scheduler } from "../../functions/shell/scheduler.ts";

/** One-shot schedules that are kept, with the rules of the real ones: a name once, a cancelled one gone. */
export interface KeptSchedules extends Scheduler {
  /** What is planned, earliest first. */
  planned(): OneShot[];
  /** Takes what is due by a time, as the Scheduler hands it to its targets. */
  due(now: string): OneShot[];
}

/** A scheduler without a clock: a test says when something is due. */
export function keptSchedules(): KeptSchedules {
  const kept = new Map<string, OneShot>();
  const planned = () => [...kept.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
  return {
    planned,
    due(now) {
      const due = planned().filter(({ at }) => at <= now);
      for (const { name } of due) kept.delete(name);
      return due;
    },
    async schedule(wanted) {
      if (!kept.has(wanted.name)) kept.set(wanted.name, wanted);
    },
    async cancel(name) {
      kept.delete(name);
    },
  };
}
