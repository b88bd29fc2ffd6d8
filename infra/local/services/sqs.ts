import type {
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityRequest,
  DeleteMessageBatchRequest,
  DeleteMessageRequest,
  GetQueueAttributesRequest,
  GetQueueUrlRequest,
  ListQueuesRequest,
  ReceiveMessageRequest,
  SendMessageBatchRequest,
  SendMessageRequest,
} from "@aws-sdk/client-sqs";
import type { Permission, QueueSource, ServiceFactory, Topology } from "../ports.ts";
import { AwsError, required } from "./errors.ts";
import { type MessageAttribute, md5, md5OfAttributes } from "./md5.ts";
import { allow, keyUse } from "./permissions.ts";
import { awsService, type Counters, type Operations } from "./protocol.ts";
import { jsonCodec } from "./protocol-json.ts";
import { batch } from "./sqs-batch.ts";
import { type Draft, type Message, type Queue, Queues } from "./sqs-queues.ts";
import { answerMessage, lambdaMessage, queueAttributes } from "./sqs-shapes.ts";

const LEGACY_CODES: Record<string, string> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
};
const DELAY_MAX_SECONDS = 900;
const VISIBILITY_MAX_SECONDS = 43_200;
const POLL_MS = 100;

/** Amazon SQS: the standard queues of the templates. */
export const sqs: ServiceFactory = ({ topology, engine, log }) => {
  const queues = new Queues({ topology, engine, log });
  const counters: Counters = {};
  const operations = { ...readers(topology, queues), ...writers(topology, queues) };
  const codec = jsonCodec("1.0", (code) => LEGACY_CODES[code] ?? code);
  return {
    ...awsService({ names: ["sqs"], codec, operations, counters, log }),
    accepts: (arn) => queues.find(arn) !== undefined,
    async deliver(arn, payload, by) {
      const queue = found(queues, arn);
      const body = typeof payload === "string" ? payload : JSON.stringify(payload);
      const attributes = Object.fromEntries(
        Object.entries(by.attributes ?? {}).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
      );
      checkSize(queue, body, attributes);
      queues.send(queue, [{ body, attributes, sender: by.service }]);
    },
    queues: queueSource(queues),
    views: {
      queues: () => queues.all().map((queue) => ({ name: queue.name, ...queues.counts(queue) })),
      stats: () => counters,
    },
  };
};

type Addressed = { QueueUrl: string | undefined };

/** The queues as event source mappings read them. */
function queueSource(queues: Queues): QueueSource {
  return {
    receive: async (arn, max, waitMs) => (await longPoll(queues, found(queues, arn), max, waitMs)).map(lambdaMessage),
    async delete(arn, receiptHandles) {
      for (const receiptHandle of receiptHandles) queues.remove(found(queues, arn), receiptHandle);
    },
    changeVisibility: async (arn, receiptHandle, forMs) => queues.hide(found(queues, arn), receiptHandle, forMs),
    onArrival: (arn, listener) => queues.onArrival(arn, listener),
    visible: (arn) => queues.visible(found(queues, arn)),
  };
}

/** The ARN of a queue by its URL `.../<account>/<name>`, whatever the host. */
function queueArn(topology: Topology, url: string | undefined): string {
  const [account, name] = required(url, "QueueUrl").split("/").slice(-2);
  return `arn:aws:sqs:${topology.region}:${account}:${name}`;
}

function found(queues: Queues, arn: string): Queue {
  const queue = queues.find(arn);
  if (!queue) throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
  return queue;
}

/** What an action on a queue needs, its encryption key included. */
function onQueue(topology: Topology, queues: Queues, action: string, ...keyActions: string[]) {
  return ({ QueueUrl }: Addressed): Permission[] => {
    const arn = queueArn(topology, QueueUrl);
    return [...allow(action, arn), ...keyUse(topology, queues.find(arn)?.keyId, "sqs", ...keyActions)];
  };
}

function readers(topology: Topology, queues: Queues): Operations {
  const queueOf = ({ QueueUrl }: Addressed) => found(queues, queueArn(topology, QueueUrl));
  const named = (name: string | undefined) => `arn:aws:sqs:${topology.region}:${topology.account}:${name}`;
  return {
    GetQueueUrl: {
      needs: ({ QueueName }: GetQueueUrlRequest) => allow("sqs:GetQueueUrl", named(QueueName)),
      run: ({ QueueName }: GetQueueUrlRequest) => ({ QueueUrl: found(queues, named(QueueName)).url }),
    },
    ListQueues: {
      needs: () => allow("sqs:ListQueues", named("*")),
      run: ({ QueueNamePrefix = "" }: ListQueuesRequest) => ({
        QueueUrls: queues.all().flatMap(({ name, url }) => (name.startsWith(QueueNamePrefix) ? [url] : [])),
      }),
    },
    GetQueueAttributes: {
      needs: onQueue(topology, queues, "sqs:GetQueueAttributes"),
      run(input: GetQueueAttributesRequest) {
        const queue = queueOf({ QueueUrl: input.QueueUrl });
        return { Attributes: queueAttributes(queue, queues.counts(queue), input.AttributeNames ?? []) };
      },
    },
    ReceiveMessage: {
      needs: onQueue(topology, queues, "sqs:ReceiveMessage", "kms:Decrypt"),
      async run(input: ReceiveMessageRequest) {
        const queue = queueOf({ QueueUrl: input.QueueUrl });
        const max = within(input.MaxNumberOfMessages ?? 1, 1, 10, "MaxNumberOfMessages");
        const visibility = input.VisibilityTimeout;
        const forMs = visibility === undefined ? queue.visibilityMs : visibility * 1000;
        const waitMs = input.WaitTimeSeconds === undefined ? queue.waitMs : input.WaitTimeSeconds * 1000;
        const messages = await longPoll(queues, queue, max, waitMs, forMs);
        return messages.length > 0 ? { Messages: messages.map((message) => answerMessage(message, input)) } : {};
      },
    },
  };
}

function writers(topology: Topology, queues: Queues): Operations {
  const queueOf = ({ QueueUrl }: Addressed) => found(queues, queueArn(topology, QueueUrl));
  const on = (action: string, ...keys: string[]) => onQueue(topology, queues, action, ...keys);
  const send = (queue: Queue, request: Omit<SendMessageRequest, "QueueUrl">) => {
    const draft = readDraft(queue, request);
    const [MessageId] = queues.send(queue, [draft]);
    return {
      MessageId,
      MD5OfMessageBody: md5(draft.body),
      MD5OfMessageAttributes: md5OfAttributes(draft.attributes ?? {}),
    };
  };
  const hide = (queue: Queue, { ReceiptHandle, VisibilityTimeout }: Partial<ChangeMessageVisibilityRequest>) =>
    queues.hide(
      queue,
      required(ReceiptHandle, "ReceiptHandle"),
      within(VisibilityTimeout ?? 0, 0, VISIBILITY_MAX_SECONDS, "VisibilityTimeout") * 1000,
    );
  const remove = (queue: Queue, { ReceiptHandle }: Omit<DeleteMessageRequest, "QueueUrl">) =>
    queues.remove(queue, required(ReceiptHandle, "ReceiptHandle"));
  return {
    SendMessage: {
      needs: on("sqs:SendMessage", "kms:GenerateDataKey", "kms:Decrypt"),
      run: (input: SendMessageRequest) => send(queueOf({ QueueUrl: input.QueueUrl }), input),
    },
    SendMessageBatch: {
      needs: on("sqs:SendMessage", "kms:GenerateDataKey", "kms:Decrypt"),
      run({ QueueUrl, Entries }: SendMessageBatchRequest) {
        const queue = queueOf({ QueueUrl });
        const bytes = (Entries ?? []).reduce((sum, entry) => sum + Buffer.byteLength(entry.MessageBody ?? ""), 0);
        if (bytes > 1_048_576)
          throw new AwsError("BatchRequestTooLong", "Batch requests cannot be longer than 1048576 bytes.");
        return batch(Entries, (entry) => send(queue, entry));
      },
    },
    DeleteMessage: {
      needs: on("sqs:DeleteMessage"),
      run: (input: DeleteMessageRequest) => remove(queueOf({ QueueUrl: input.QueueUrl }), input),
    },
    DeleteMessageBatch: {
      needs: on("sqs:DeleteMessage"),
      run: ({ QueueUrl, Entries }: DeleteMessageBatchRequest) =>
        batch(Entries, (entry) => remove(queueOf({ QueueUrl }), entry) ?? {}),
    },
    ChangeMessageVisibility: {
      needs: on("sqs:ChangeMessageVisibility"),
      run: (input: ChangeMessageVisibilityRequest) => hide(queueOf({ QueueUrl: input.QueueUrl }), input),
    },
    ChangeMessageVisibilityBatch: {
      needs: on("sqs:ChangeMessageVisibility"),
      run: ({ QueueUrl, Entries }: ChangeMessageVisibilityBatchRequest) =>
        batch(Entries, (entry) => hide(queueOf({ QueueUrl }), entry) ?? {}),
    },
    PurgeQueue: { needs: on("sqs:PurgeQueue"), run: (input: Addressed) => queues.purge(queueOf(input)) },
  };
}

function readDraft(queue: Queue, request: Omit<SendMessageRequest, "QueueUrl">): Draft {
  const body = required(request.MessageBody, "MessageBody");
  const attributes = (request.MessageAttributes ?? {}) as Record<string, MessageAttribute>;
  checkSize(queue, body, attributes);
  const trace = request.MessageSystemAttributes?.AWSTraceHeader?.StringValue;
  const delay = request.DelaySeconds;
  return {
    body,
    attributes,
    system: trace ? { AWSTraceHeader: trace } : {},
    ...(delay === undefined ? {} : { delayMs: within(delay, 0, DELAY_MAX_SECONDS, "DelaySeconds") * 1000 }),
  };
}

function checkSize(queue: Queue, body: string, attributes: Record<string, MessageAttribute>): void {
  const bytes =
    Buffer.byteLength(body) + (Object.keys(attributes).length && Buffer.byteLength(JSON.stringify(attributes)));
  if (bytes > queue.sizeMax)
    throw new AwsError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.sizeMax} bytes.`,
    );
}

function within(value: number, min: number, max: number, name: string): number {
  if (value >= min && value <= max) return value;
  throw new AwsError("InvalidParameterValue", `Value ${value} for parameter ${name} is invalid: ${min} to ${max}.`);
}

/** Takes messages, and waits for one by the wall clock: a long poll is a matter between machines. */
async function longPoll(
  queues: Queues,
  queue: Queue,
  max: number,
  waitMs: number,
  hideMs?: number,
): Promise<Message[]> {
  const until = performance.now() + waitMs;
  let messages = queues.receive(queue, max, hideMs);
  while (messages.length === 0 && performance.now() < until) {
    await arrival(queues, queue, Math.min(POLL_MS, until - performance.now()));
    messages = queues.receive(queue, max, hideMs);
  }
  return messages;
}

/** Resolves when messages may have arrived, or after so long. */
function arrival(queues: Queues, queue: Queue, forMs: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = queues.onArrival(queue.arn, done);
    const timer = setTimeout(done, forMs);
    function done(): void {
      stop();
      clearTimeout(timer);
      resolve();
    }
  });
}
