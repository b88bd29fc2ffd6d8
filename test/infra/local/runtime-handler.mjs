// The one bundle of the fixture's functions: what it does is told by the event, what it saw is told by its log.
import { appendFileSync } from "node:fs";

const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_REGION, TABLE_NAME, QUEUE_URL, SEEN_FILE } = process.env;

/** The entry of every function of the fixture. */
export async function handler(event, context) {
  if (event.routeKey) return serve(event, context);
  if (event.Records?.[0]?.eventSource === "aws:dynamodb") return readStream(event);
  if (event.Records?.[0]?.eventSource === "aws:sqs") return readQueue(event);
  console.log(JSON.stringify({ asked: event }));
  if (event.fail) throw new TypeError("as asked");
  return { asked: event };
}

async function serve(event, context) {
  const { what } = event.pathParameters ?? {};
  const input = event.body && !event.isBase64Encoded ? JSON.parse(event.body) : {};
  switch (what) {
    case "time":
      return { now: Date.now(), iso: new Date().toISOString(), isDate: new Date() instanceof Date };
    case "environment":
      return { env: process.env, name: context.functionName, left: context.getRemainingTimeInMillis() };
    case "call":
      return call(input.service, input.target, input.body);
    case "put":
      return call("dynamodb", "DynamoDB_20120810.PutItem", { TableName: TABLE_NAME, Item: input });
    case "send":
      return call("sqs", "AmazonSQS.SendMessage", { QueueUrl: QUEUE_URL, MessageBody: JSON.stringify(input) });
    case "sleep":
      await new Promise((resolve) => setTimeout(resolve, input.ms));
      return { slept: input.ms };
    case "throw":
      throw new RangeError("as asked");
    case "exit":
      return process.exit(3);
    case "large":
      return { text: "x".repeat(input.bytes) };
    case "binary":
      return {
        statusCode: 201,
        headers: { "X-Kind": "bytes", "content-type": "image/png" },
        cookies: ["a=1", "b=2"],
        body: "AAEC",
        isBase64Encoded: true,
      };
    default:
      return { event, context };
  }
}

async function call(service, target, body) {
  const credential = `Credential=${AWS_ACCESS_KEY_ID}/20260101/${AWS_REGION}/${service}/aws4_request`;
  const answer = await fetch(AWS_ENDPOINT_URL, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=none`,
      "x-amz-target": target,
      "content-type": "application/x-amz-json-1.0",
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: JSON.parse((await answer.text()) || "{}") };
}

function rowOf({ eventName, dynamodb, userIdentity }) {
  return `${eventName} ${dynamodb.Keys.pk.S}${userIdentity ? ` by ${userIdentity.principalId}` : ""}`;
}

/** Leaves a trace that outlives the cloud. */
function trace(names) {
  for (const name of names) appendFileSync(SEEN_FILE, `${name}\n`);
}

function readStream({ Records }) {
  console.log(JSON.stringify({ batch: Records.map(rowOf) }));
  trace(Records.map(({ dynamodb }) => dynamodb.Keys.pk.S));
  const poison = Records.find(({ dynamodb }) => dynamodb.NewImage?.poison?.BOOL);
  if (poison?.dynamodb.NewImage.poisonous?.S === "throw") throw new Error("poisoned");
  return { batchItemFailures: poison ? [{ itemIdentifier: poison.dynamodb.SequenceNumber }] : [] };
}

function readQueue({ Records }) {
  console.log(JSON.stringify({ messages: Records.map(({ body }) => body) }));
  trace(Records.map(({ body }) => body));
  const bad = Records.filter(
    ({ body, attributes }) => body.includes("bad") && Number(attributes.ApproximateReceiveCount) < 3,
  );
  return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
