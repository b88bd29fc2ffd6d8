import { randomUUID } from "node:crypto";
import { messageOf } from "./errors.ts";
import type { MappingSettings, SourceTools } from "./sources-settings.ts";
import type { StreamRecord } from "./streams.ts";

/** Records that a mapping has given up. */
export interface FailedBatch {
  records: StreamRecord[];
  attempts: number;
  shardId: string;
  streamArn: string;
}

/** Tells the mapping's destination of records that were given up; a bucket also keeps the records themselves. */
export async function reportFailure(settings: MappingSettings, tools: SourceTools, batch: FailedBatch): Promise<void> {
  const { destinationArn, functionArn } = settings;
  tools.log(`lambda: ${functionArn} gave up ${batch.records.length} records after ${batch.attempts} attempts`);
  if (!destinationArn) return;
  const report = describe(settings, tools, batch);
  try {
    if (destinationArn.startsWith("arn:aws:s3:::")) await putObject(settings, tools, batch, report);
    else
      await tools.delivery.deliver(destinationArn, report, {
        service: "lambda",
        roleArn: settings.roleArn,
        sourceArn: functionArn,
      });
  } catch (error) {
    // AWS drops the report too when the destination refuses it (DestinationDeliveryFailures).
    tools.log(`lambda: the failure destination ${destinationArn} refused: ${messageOf(error)}`);
  }
}

function describe(settings: MappingSettings, { engine }: SourceTools, batch: FailedBatch): object {
  const [first, last] = [batch.records[0], batch.records.at(-1)];
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: settings.functionArn,
      condition: "RetryAttemptsExhausted",
      approximateInvokeCount: batch.attempts,
    },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    version: "1.0",
    timestamp: new Date(engine.now()).toISOString(),
    DDBStreamBatchInfo: {
      shardId: batch.shardId,
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrivedAt(first),
      approximateArrivalOfLastRecord: arrivedAt(last),
      batchSize: batch.records.length,
      streamArn: batch.streamArn,
    },
  };
}

async function putObject(
  settings: MappingSettings,
  tools: SourceTools,
  batch: FailedBatch,
  report: object,
): Promise<void> {
  const bucket = settings.destinationArn?.slice("arn:aws:s3:::".length);
  const at = new Date(tools.engine.now()).toISOString();
  const day = at.slice(0, 10);
  const time = at.slice(0, 19).replaceAll(":", ".");
  const name = `${day.replaceAll("-", "/")}/${time}-${randomUUID()}`;
  const { status, body } = await tools.call({
    service: "s3",
    method: "PUT",
    path: `/${bucket}/aws/lambda/${settings.id}/${batch.shardId}/${name}`,
    query: new URLSearchParams(),
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify({ ...report, payload: JSON.stringify({ Records: batch.records }) })),
    principal: settings.roleArn,
  });
  if (status >= 300) throw new Error(body.toString());
}

/** Instants of stream records are told to the second. */
function arrivedAt(record: StreamRecord | undefined): string {
  const seconds = record?.dynamodb.ApproximateCreationDateTime ?? 0;
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
