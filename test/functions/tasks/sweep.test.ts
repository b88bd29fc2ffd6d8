import type { Context } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { dueKey, list } from "../../../functions/table/keys.ts";
import { GRACE_MS, sweep } from "../../../functions/tasks/sweep.ts";
import { HOUR_MS, instantAfter } from "../../support/clock.ts";
import { type KeptSchedules, keptSchedules } from "../../support/schedules.ts";
import { world } from "../../support/world.ts";

const env = { WAKE_QUEUE_ARN: "arn:wake", JOURNEY_MACHINE_ARN: "arn:journey" };

/** A table in which things are due, and what the sweep does about them. */
function swept(failing: readonly string[] = []) {
  const kept = keptSchedules();
  const scheduler: KeptSchedules = {
    ...kept,
    async schedule(wanted) {
      if (failing.some((id) => wanted.name.startsWith(id))) throw new Error("The Scheduler is away.");
      await kept.schedule(wanted);
    },
  };
  const made = world({ env, replaced: () => ({ scheduler }) });
  const run = sweep(() => made.runtime) as (input: unknown, context: Context) => Promise<Record<string, number>>;
  const due = (id: string, at: string, shard = 0) =>
    made.table.write([{ put: { ...dueKey(`mismatch#${id}`), gsi4pk: list.due(shard), gsi4sk: `${at}#${id}` } }]);
  const woken = () => kept.planned().map(({ target }) => (target.input as { mismatchId: string }).mismatchId);
  return { ...made, due, woken, tick: () => run({}, {} as Context) };
}

const ago = (ms: number) => instantAfter(-ms);

describe("the sweep", () => {
  it("looks after what has been due for longer than its grace, in every shard", async () => {
    const room = swept();
    await room.due("mis_1", ago(GRACE_MS + 1));
    await room.due("mis_2", ago(HOUR_MS), 1);
    await room.due("mis_3", ago(GRACE_MS - 1_000));
    await room.due("mis_4", "2027-01-01T00:00:00.000Z");
    expect(await room.tick()).toEqual({ mismatch: 2 });
    expect(room.woken().sort()).toEqual(["mis_1", "mis_2"]);
  });

  it("goes through page after page", async () => {
    const room = swept();
    for (let index = 0; index < 250; index += 1) await room.due(`mis_${index}`, ago(HOUR_MS));
    expect(await room.tick()).toEqual({ mismatch: 250 });
  });

  it("lets one that fails hold up no other, and fails at its end", async () => {
    const room = swept(["mis_1"]);
    await room.due("mis_1", ago(2 * HOUR_MS));
    await room.due("mis_2", ago(HOUR_MS));
    await expect(room.tick()).rejects.toThrow("1 due items could not be looked after.");
    expect(room.woken()).toEqual(["mis_2"]);
  });

  it("says so when nobody looks after a kind of thing", async () => {
    const room = swept();
    await room.table.write([{ put: { pk: "riddle#1", sk: "due", gsi4pk: list.due(0), gsi4sk: ago(HOUR_MS) } }]);
    await expect(room.tick()).rejects.toThrow(AggregateError);
  });

  it("is quiet when nothing was missed", async () => {
    const room = swept();
    expect([await room.tick(), room.logs]).toEqual([{}, []]);
  });
});
