import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { consumers, journeys } from "../../wiring.ts";
import { type Inbox, inboxesOf, OperatorProblem, type Place } from "./place.ts";
import { counted, type Screen, type Stop } from "./work.ts";

/** Empty answers in turn before the rest counts as taken by somebody else: SQS asks some of its servers only. */
const EMPTY_MAX = 3;
type Again = Pick<SendMessageCommandInput, "MessageBody" | "MessageAttributes">;

const HIDDEN_SECONDS = 60;
const WAIT_SECONDS = 1;

/** How many messages a queue has, also those that somebody has in hand. */
export async function lengthOf(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }));
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

/** Moves dead letters back to their consumers, each once; gives how many were moved. */
export async function redriveQueues(
  place: Place,
  { queue, stop, screen }: { queue: string | undefined; stop: Stop; screen: Screen },
): Promise<number> {
  const inboxes = inboxesOf(place);
  const wanted = inboxes.filter(({ name }) => queue === undefined || name === queue);
  if (wanted.length === 0) {
    const names = inboxes.map(({ name }) => name).join(", ");
    throw new OperatorProblem(`There is no consumer "${queue}": there are ${names}.`);
  }
  const sqs = new SQSClient(place.access);
  let moved = 0;
  for (const inbox of wanted) {
    const length = await lengthOf(sqs, inbox.deadLettersUrl);
    if (length === 0 || stop.asked) continue;
    const bar = screen.bar(`dead letters of ${inbox.name}`, length);
    const came = await moveBack(sqs, inbox, length, stop, bar.to);
    bar.end();
    moved += came;
    if (came < length)
      screen.say(`${counted(length - came, "dead letter")} of ${inbox.name} stayed: the same command goes on.`);
  }
  sqs.destroy();
  return moved;
}

/** Sends before it deletes: an end in between leaves a message twice, and twice changes nothing. */
async function moveBack(
  sqs: SQSClient,
  { name, deadLettersUrl, queueUrl }: Inbox,
  length: number,
  stop: Stop,
  told: (moved: number) => void,
): Promise<number> {
  let moved = 0;
  for (let empty = 0; moved < length && empty < EMPTY_MAX && !stop.asked; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: deadLettersUrl,
        MaxNumberOfMessages: Math.min(10, length - moved),
        MessageAttributeNames: ["All"],
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: WAIT_SECONDS,
      }),
    );
    empty = Messages.length === 0 ? empty + 1 : 0;
    for (const message of Messages) {
      for (const again of onceMore(name, message))
        await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, ...again }));
      const taken = { QueueUrl: deadLettersUrl, ReceiptHandle: message.ReceiptHandle };
      await sqs.send(new DeleteMessageCommand(taken));
      moved += 1;
      told(moved);
    }
  }
  return moved;
}

/**
 * What a consumer is sent again. A message that the bus put aside by itself has the event as it was, and attributes
 * that say why; the journeys' entry gets it as the rules of its journeys would have made it, and judges it once more.
 */
export function onceMore(consumer: string, { Body = "", MessageAttributes = {} }: Message): Again[] {
  if (MessageAttributes.ERROR_CODE === undefined) return [{ MessageBody: Body, MessageAttributes }];
  if (!consumers.find(({ name }) => name === consumer)?.journeys) return [{ MessageBody: Body }];
  const { detail, "detail-type": type } = JSON.parse(Body) as { detail?: unknown; "detail-type"?: string };
  const started = journeys.filter(({ events }) => events.some((event) => event === type));
  return started.map(({ journeyId }) => ({ MessageBody: JSON.stringify({ journeyId, event: detail }) }));
}
