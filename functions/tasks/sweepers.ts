import type { Instant } from "../../events/values.ts";
import { journeyExecutions } from "../shell/executions.ts";
import { port, type Runtime } from "../shell/port.ts";
import { plan, wakes } from "../shell/wake.ts";
import type { Origin } from "../table/aggregates.ts";
import { enrollments } from "../table/enrollments.ts";
import { messages } from "../table/messages.ts";

/** Looks after one thing that is due and was missed; safe to repeat. */
export type Sweeper = (id: string, now: Instant) => Promise<void>;

const originOf = (id: string): Origin => ({ actor: { kind: "system", id: "sweep" }, correlationId: id, depth: 0 });

/** What to do with a due item, by the first part of its key. */
const makers: Readonly<Record<string, (runtime: Runtime) => Sweeper>> = {
  /** Its wake-up was lost: the machine is started here. */
  enrollment: (runtime) => async (id) => {
    const state = await runtime.get(enrollments).find(id);
    if (state?.status !== "waiting") return;
    await runtime.get(journeyExecutions).start({ enrollmentId: id, visit: state.visit });
  },
  /** Its wait is over: the sender hears of it by an event. */
  message: (runtime) => async (id, now) => {
    await runtime.get(messages).resume(id, originOf(id), now);
  },
  /** Its wake-up was lost: its consumer is sent another. */
  mismatch: (runtime) => (mismatchId, now) =>
    plan(runtime.get(wakes), { subject: mismatchId, dueAt: now }, { mismatchId }),
};

/** Finds the sweeper of a kind of thing. */
export const sweepers = port("sweepers", (runtime) => ({
  of(kind: string): Sweeper {
    const make = makers[kind];
    if (!make) throw new Error(`Nobody looks after a ${kind} that is due.`);
    return make(runtime);
  },
}));
