import { Logger } from "@aws-lambda-powertools/logger";
import { ulid } from "ulid";
import { type Basics, type Runtime, runtimeOf } from "./port.ts";

const basics = (): Basics => ({
  clock: { now: () => new Date().toISOString() },
  ids: { next: (prefix) => `${prefix}_${ulid()}` },
  logger: new Logger(),
  env: process.env,
});

let shared: Runtime | undefined;

/** The runtime of this Lambda process, made at its first use and kept while it is warm. */
export function lambdaRuntime(): Runtime {
  shared ??= runtimeOf(basics());
  return shared;
}
