import { Duration } from "aws-cdk-lib";
import { EventField, type IEventBus, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SqsQueue } from "aws-cdk-lib/aws-events-targets";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { type CfnQueue, Queue, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { internalEvents } from "../../events/catalog.ts";
import { SetupProblem } from "../setup-problem.ts";
import type { Consumer as ConsumerLine, JourneyTrigger, TopicName, Where } from "../wiring-types.ts";
import { AppFunction, type House, pascal } from "./app-function.ts";
import { fileEntry } from "./bundle.ts";
import { allow, byKey } from "./grants.ts";

const BATCH_RECORDS = 10;
/** AWS's minimum. */
const CONCURRENCY_MIN = 2;
const RECEIVES_MAX = 5;
const RULE_RETRIES = 185;
const RETENTION = Duration.days(14);
const TIMEOUT_SECONDS = 30;
/** How long a queue goes on without asking for the key: a revoked key works so much longer; each ask costs. */
const KEY_REUSE = Duration.hours(1);

/** How many batches of a consumer may run at once. */
export const concurrencyOf = ({ concurrency = CONCURRENCY_MIN }: ConsumerLine): number => concurrency;

/** The queue of one consumer with its dead letters: made before the functions, so that they may schedule onto it. */
export class ConsumerQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly line: ConsumerLine;
  readonly timeoutSeconds: number;

  constructor(scope: Construct, id: string, { line, key }: { line: ConsumerLine; key: IKey }) {
    super(scope, id);
    this.line = line;
    this.timeoutSeconds = line.timeoutSeconds ?? TIMEOUT_SECONDS;
    this.deadLetters = this.encrypted("DeadLetters", key);
    this.queue = this.encrypted("Queue", key, {
      // AWS asks for six times the function's timeout, so that a batch under retry is not handed out again.
      visibilityTimeout: Duration.seconds(6 * this.timeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES_MAX },
    });
  }

  /**
   * CDK would open the key and the queue to every rule of the account: the key's own policy says who sends,
   * and a queue that CDK takes for a plain one keeps the condition that names its rule.
   */
  private encrypted(id: string, key: IKey, props: QueueProps = {}): Queue {
    const queue = new Queue(this, id, { enforceSSL: true, retentionPeriod: RETENTION, ...props });
    const resource = queue.node.defaultChild as CfnQueue;
    resource.kmsMasterKeyId = key.keyArn;
    resource.kmsDataKeyReusePeriodSeconds = KEY_REUSE.toSeconds();
    return queue;
  }

  /** Queues the events of the bus that match. */
  follow(bus: IEventBus, id: string, rule: { events: readonly string[]; where?: Where; journeyId?: string }): void {
    const { journeyId } = rule;
    const unheard = rule.events.filter((type) => internalEvents.has(type));
    if (unheard.length > 0)
      throw new SetupProblem(
        `"${this.line.name}" would never hear of ${unheard.join(", ")}: internal events stay off the bus.`,
      );
    new Rule(this, id, {
      eventBus: bus,
      // A replay of the archive carries a name; it never reaches the consumers a second time.
      eventPattern: {
        source: ["kolo"],
        detailType: [...rule.events],
        detail: rule.where,
        ...({ "replay-name": [{ exists: false }] } as object),
      },
      targets: [
        new SqsQueue(this.queue, {
          deadLetterQueue: this.deadLetters,
          maxEventAge: Duration.hours(24),
          retryAttempts: RULE_RETRIES,
          message: journeyId === undefined ? undefined : entryOf(journeyId),
        }),
      ],
    });
  }
}

export interface ConsumerProps {
  inbox: ConsumerQueue;
  bus: IEventBus;
  house: House;
  topics: Record<TopicName, ITopic>;
  journeys: readonly JourneyTrigger[];
}

/** One reaction: rule, schedule or topic -> queue -> function, and dead letters for what keeps failing. */
export class Consumer extends Construct {
  readonly function: AppFunction;

  constructor(scope: Construct, id: string, { inbox, bus, house, topics, journeys }: ConsumerProps) {
    super(scope, id);
    const { line, queue } = inbox;
    this.function = new AppFunction(this, "Consumer", {
      entry: fileEntry(line.name, `functions/consumers/${line.name}.ts`),
      house,
      ...line,
      timeoutSeconds: inbox.timeoutSeconds,
      description: describe(line),
    });
    this.function.allow(
      allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], [queue.queueArn]),
      byKey(house.grantable, "sqs", ["kms:Decrypt"]),
    );
    new EventSourceMapping(this, "Source", {
      target: this.function.handler,
      eventSourceArn: queue.queueArn,
      batchSize: BATCH_RECORDS,
      maxConcurrency: concurrencyOf(line),
      reportBatchItemFailures: true,
    });
    if (line.events !== undefined) inbox.follow(bus, "Rule", { ...line, events: line.events });
    if (line.topic !== undefined) {
      topics[line.topic].addSubscription(
        new SqsSubscription(queue, { rawMessageDelivery: true, deadLetterQueue: inbox.deadLetters }),
      );
    }
    for (const trigger of line.journeys ? journeys : []) inbox.follow(bus, pascal(trigger.journeyId), trigger);
  }
}

/** What the journeys' entry receives: which journey, and the whole event that may start it. */
function entryOf(journeyId: string): RuleTargetInput {
  return RuleTargetInput.fromObject({ journeyId, event: EventField.fromPath("$.detail") });
}

function describe(line: ConsumerLine): string {
  const sources = [
    ...(line.events ?? []),
    ...(line.wake ? ["schedules"] : []),
    ...(line.topic ? [`topic ${line.topic}`] : []),
    ...(line.journeys ? ["journeys' triggers"] : []),
  ];
  if (sources.length === 0)
    throw new SetupProblem(`The consumer "${line.name}" has no source: give it events, wake or a topic.`);
  return `${line.name}: on ${sources.join(", ")}`;
}
