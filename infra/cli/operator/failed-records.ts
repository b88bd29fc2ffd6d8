import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { allOf, oneOf, type Place } from "./place.ts";
import { counted, type Screen, type Stop } from "./work.ts";

/** Lambda chooses this prefix for the batches of a stream that it gives up, then the mapping, the shard and the day. */
const PREFIX = "aws/lambda/";

/** The readers of the table's stream. */
export type Reader = "Publisher" | "Projector";

/** A batch that a reader gave up, as an object of the bucket. */
export interface FailedBatch {
  key: string;
  at: Date;
}

/** S3 by the path, which both AWS and the local cloud understand. */
export const bucketClient = ({ access }: Place): S3Client => new S3Client({ ...access, forcePathStyle: true });

const bucketOf = (place: Place) => oneOf(place, "AWS::S3::Bucket", "Bucket").id;

/** What a reader gave up and nobody has redelivered yet, oldest first. */
export async function failedBatches(place: Place, s3: S3Client, reader: Reader): Promise<FailedBatch[]> {
  const batches: FailedBatch[] = [];
  for (const { id } of allOf(place, "AWS::Lambda::EventSourceMapping", `${reader}Source`)) {
    const input = { Bucket: bucketOf(place), Prefix: `${PREFIX}${id}/` };
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, input))
      batches.push(...Contents.map(({ Key = "", LastModified = new Date(0) }) => ({ key: Key, at: LastModified })));
  }
  return batches.sort((one, other) => one.at.getTime() - other.at.getTime());
}

/**
 * Hands what the publisher gave up to the publisher again, oldest first: it is the one that makes events of records, by
 * the same ids as before. A batch leaves the bucket when all of it is on the bus.
 */
export async function republish(place: Place, { stop, screen }: { stop: Stop; screen: Screen }): Promise<number> {
  const s3 = bucketClient(place);
  const lambda = new LambdaClient({ ...place.access, maxAttempts: 3 });
  const publisher = oneOf(place, "AWS::Lambda::Function", "PublisherReader").id;
  const batches = await failedBatches(place, s3, "Publisher");
  const refusals: string[] = [];
  let done = 0;
  const bar = batches.length > 0 ? screen.bar("batches of the publisher", batches.length) : undefined;
  for (const { key } of batches) {
    if (stop.asked) break;
    const at = { Bucket: bucketOf(place), Key: key };
    const { Body } = await s3.send(new GetObjectCommand(at));
    const { payload = "" } = JSON.parse((await Body?.transformToString()) ?? "{}") as { payload?: string };
    const refusal = await handOver(lambda, publisher, payload);
    if (refusal === undefined) await s3.send(new DeleteObjectCommand(at));
    else refusals.push(`${key}: ${refusal}`);
    bar?.to(++done);
  }
  bar?.end();
  if (refusals.length > 0)
    screen.say(`${counted(refusals.length, "batch", "batches")} could not be published; the first: ${refusals[0]}`);
  s3.destroy();
  lambda.destroy();
  return done - refusals.length;
}

/** Invokes a stream's reader with records; says why it did not take all of them, if it did not. */
async function handOver(lambda: LambdaClient, FunctionName: string, payload: string): Promise<string | undefined> {
  if (payload === "") return "it has no records: Lambda keeps them 24 hours in the stream only.";
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: payload }));
  const text = Payload ? new TextDecoder().decode(Payload) : "{}";
  if (FunctionError) return (JSON.parse(text) as { errorMessage?: string }).errorMessage ?? FunctionError;
  const { batchItemFailures = [] } = (JSON.parse(text) ?? {}) as { batchItemFailures?: unknown[] };
  return batchItemFailures.length > 0 ? "the publisher gave a record back; its log says why." : undefined;
}
