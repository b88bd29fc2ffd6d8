import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { port, setting } from "./port.ts";

/** Starts executions of one state machine. */
export interface Executions {
  start(input: unknown): Promise<void>;
}

/** Executions of the Journey machine. Express: the same input may run twice, so what it runs must be safe to repeat. */
export const journeyExecutions = port("journeyExecutions", (runtime): Executions => {
  const client = new SFNClient({});
  const stateMachineArn = setting(runtime, "JOURNEY_MACHINE_ARN");
  return {
    async start(input) {
      await client.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
    },
  };
});
