import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { DomainEvent, Envelope, StoredEvent } from "../../events/event.ts";
import type { Origin } from "../table/aggregates.ts";
import { lambdaRuntime } from "./lambda.ts";
import { type Basics, type Needs, type Provided, provide, type Runtime } from "./port.ts";

/** A message of a queue with the shell's time at which it is judged. */
export interface Received<Body> {
  body: Body;
  /** Read once per record, so that a delayed message is judged by today. */
  now: string;
  /** How often the queue has handed it out; 1 the first time. */
  attempt: number;
}

/** A consumer: what it needs and what it does with one message. A throw sends that message alone back to its queue. */
export interface ConsumerConfig<Body, N extends Needs> {
  needs?: N;
  run(received: Received<Body>, context: Provided<N> & Basics): Promise<void>;
}

/** The body of a queue that an EventBridge rule feeds. */
interface BusMessage {
  "detail-type": string;
  detail: Envelope & { data: unknown; at: string; type: string };
}

/** Automations react to automations at most this deep, so that they never loop. */
export const DEPTH_MAX = 5;

/**
 * Makes the Lambda of a queue. Records run one after another; each failure is reported alone. The body is what the
 * queue holds: use `eventIn` for the events of the bus.
 */
export function consumer<Body = unknown, N extends Needs = Record<never, never>>(
  config: ConsumerConfig<Body, N>,
  runtimeOf: () => Runtime = lambdaRuntime,
) {
  return middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
    const runtime = runtimeOf();
    const context = { ...provide(runtime, config.needs ?? ({} as N)), ...runtime } as Provided<N> & Basics;
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const record of Records) {
      const failed = await attempt(config, record, context);
      if (failed) batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    return { batchItemFailures };
  });
}

async function attempt<Body, N extends Needs>(
  config: ConsumerConfig<Body, N>,
  record: SQSRecord,
  context: Provided<N> & Basics,
): Promise<boolean> {
  const attempts = Number(record.attributes.ApproximateReceiveCount);
  try {
    await config.run({ body: JSON.parse(record.body) as Body, now: context.clock.now(), attempt: attempts }, context);
    return false;
  } catch (error) {
    // Not swallowed: the queue gives the message again, and after its limit to the dead letters and their alarm.
    context.logger.error("A message failed.", {
      error: error as Error,
      messageId: record.messageId,
      attempt: attempts,
    });
    return true;
  }
}

/** The event inside a message of the bus. */
export const eventIn = <E extends DomainEvent>(body: unknown): StoredEvent<E> =>
  (body as BusMessage).detail as unknown as StoredEvent<E>;

/** The origin of what a consumer does about an event: one automation deeper. */
export const originOf = (event: StoredEvent): Origin => ({
  actor: { kind: "system" },
  correlationId: event.correlationId,
  causationId: event.eventId,
  depth: event.depth + 1,
  ...(event.storeId && { storeId: event.storeId }),
  test: event.test,
});
