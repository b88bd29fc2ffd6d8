import { defineConfig } from "vitest/config";

/** Tests that start a local cloud: each needs the processor and a JVM for itself. */
const CLOUD = ["test/flows/**/*.test.ts", "test/simulation/**/*.test.ts", "test/infra/local/**/*.test.ts"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: CLOUD,
          maxWorkers: 2,
          testTimeout: 10_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "cloud",
          include: CLOUD,
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
