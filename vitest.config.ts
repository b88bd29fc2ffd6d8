import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Tests that start a local cloud: each needs the processor and a JVM for itself. */
const CLOUD = ["test/infra/local/**/*.test.ts", "test/drills/**/*.test.ts"];
/** Hundreds of worlds in which everything goes wrong. */
const SIMULATION = ["test/simulation/**/*.test.ts"];
/** Stories over one local cloud that they share. */
const FLOWS = ["test/flows/**/*.test.ts"];

/**
 * Files share the modules that a worker has loaded, as invocations share a warm Lambda: to load them anew for each file
 * costs as much time as the tests themselves. What a test changes beside them (environment, clock) it puts back.
 */
const SHARED = { isolate: false };

/** What is told of a whole run comes after the run. */
class LastThingsLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLast = ({ moduleId }: TestSpecification) => moduleId.endsWith(".last.test.ts");
    const sorted = await super.sort(files);
    return [...sorted.filter((file) => !isLast(file)), ...sorted.filter(isLast)];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LastThingsLast },
    projects: [
      {
        test: {
          ...SHARED,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...CLOUD, ...FLOWS, ...SIMULATION],
          maxWorkers: 2,
          testTimeout: 10_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "simulation",
          include: SIMULATION,
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...SHARED,
          name: "cloud",
          include: CLOUD,
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...SHARED,
          name: "flows",
          include: FLOWS,
          globalSetup: "test/flows/support/global-setup.ts",
          // Stories move the one clock: they are told one after the other.
          maxWorkers: 1,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
