import middy from "@middy/core";
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { lambdaRuntime } from "./lambda.ts";
import { type Basics, type Needs, type Provided, provide, type Runtime } from "./port.ts";

/** The first record of a batch that failed, and why. */
export interface Failure {
  index: number;
  error: unknown;
}

/** A reader of the table's stream: what it needs and what it does with a batch. */
export interface StreamConfig<N extends Needs> {
  needs?: N;
  run(records: readonly DynamoDBRecord[], context: Provided<N> & Basics): Promise<Failure | undefined>;
}

/**
 * Makes the Lambda of a stream. Lambda gives a batch again from the record on that is reported as failed. A failure at
 * the head is thrown instead, for there is nothing to cut off: Lambda then halves the batch, until what cannot be
 * processed is alone and is put aside without its neighbours.
 */
export function stream<N extends Needs = Record<never, never>>(
  config: StreamConfig<N>,
  runtimeOf: () => Runtime = lambdaRuntime,
) {
  return middy<DynamoDBStreamEvent, DynamoDBBatchResponse>().handler(async ({ Records }) => {
    const runtime = runtimeOf();
    const context = { ...provide(runtime, config.needs ?? ({} as N)), ...runtime } as Provided<N> & Basics;
    const failure = await config.run(Records, context);
    if (!failure) return { batchItemFailures: [] };
    const sequenceNumber = Records[failure.index]?.dynamodb?.SequenceNumber ?? "";
    const { error, index } = failure;
    context.logger.error("A record of the stream failed.", { error: error as Error, sequenceNumber, index });
    if (index === 0) throw new Error("The first record of the batch failed.", { cause: error });
    return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
  });
}
