import middy from "@middy/core";
import { lambdaRuntime } from "./lambda.ts";
import { type Basics, type Needs, type Provided, provide, type Runtime } from "./port.ts";

/** A task of a state machine or a tick of a schedule: a throw is retried by whoever called. */
export interface TaskConfig<Input, Output, N extends Needs> {
  needs?: N;
  run(input: Input, context: Provided<N> & Basics & { now: string }): Promise<Output>;
}

/** Makes the Lambda of a task. */
export function task<Input = unknown, Output = void, N extends Needs = Record<never, never>>(
  config: TaskConfig<Input, Output, N>,
  runtimeOf: () => Runtime = lambdaRuntime,
) {
  return middy<Input, Output>().handler(async (input) => {
    const runtime = runtimeOf();
    const context = { ...provide(runtime, config.needs ?? ({} as N)), ...runtime, now: runtime.clock.now() };
    return config.run(input, context as Provided<N> & Basics & { now: string });
  });
}
