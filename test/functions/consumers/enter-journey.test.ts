import { describe, expect, it } from "vitest";
import { enterJourney } from "../../../functions/consumers/enter-journey.ts";
import { deliver } from "../../support/queue.ts";
import { world } from "../../support/world.ts";

const entry = {
  journeyId: "jrn_unpaid-reminder",
  version: 1,
  orderId: "ord_1",
  customerId: "cus_1",
  storeId: "sto_1",
  cause: "ord_1-1-0",
  correlationId: "req-1",
  depth: 0,
  test: false,
};

describe("an entry that the machine put aside", () => {
  it("enters again as it was when it is brought back", async () => {
    const started: unknown[] = [];
    const executions = { start: async (input: unknown) => void started.push(input) };
    const { runtime } = world({ replaced: () => ({ journeyExecutions: executions }) });
    await deliver(
      enterJourney(() => runtime),
      { entry },
    );
    expect(started).toEqual([entry]);
  });
});
