import { Duration } from "aws-cdk-lib";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { EventSourceMapping, StartingPosition } from "aws-cdk-lib/aws-lambda";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { StreamReader as StreamReaderLine } from "../wiring-types.ts";
import { AppFunction, type House } from "./app-function.ts";
import { fileEntry } from "./bundle.ts";
import { allow, byKey } from "./grants.ts";

const BATCH_RECORDS = 100;
const RETRIES_MAX = 10;
/** Lambda chooses this prefix for the batches it gives up. */
const FAILURE_PREFIX = "aws/lambda/";

export interface StreamReaderProps {
  line: StreamReaderLine;
  table: ITable;
  bucket: IBucket;
  house: House;
}

/**
 * One of the two readers of the table's stream: in sequence, the first failure reported,
 * and the batches it gives up kept in the bucket.
 */
export class StreamReader extends Construct {
  readonly function: AppFunction;

  constructor(scope: Construct, id: string, { line, table, bucket, house }: StreamReaderProps) {
    super(scope, id);
    const stream = table.tableStreamArn;
    if (stream === undefined) throw new Error(`The reader "${line.name}" needs the table's stream.`);
    this.function = new AppFunction(this, "Reader", {
      entry: fileEntry(line.name, `functions/stream/${line.name}.ts`),
      house,
      ...line,
      description: `${line.name}: reads the table's stream`,
    });
    this.function.allow(
      allow(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], [stream]),
      // It lists, so it knows no resource.
      allow(["dynamodb:ListStreams"], ["*"]),
      allow(["s3:PutObject"], [bucket.arnForObjects(`${FAILURE_PREFIX}*`)]),
      allow(["s3:ListBucket"], [bucket.bucketArn]),
      byKey(house.grantable, "dynamodb", ["kms:Decrypt"]),
      byKey(house.grantable, "s3", ["kms:GenerateDataKey"]),
    );
    new EventSourceMapping(this, "Source", {
      target: this.function.handler,
      eventSourceArn: stream,
      batchSize: BATCH_RECORDS,
      bisectBatchOnError: true,
      filters: line.filters.map((pattern) => ({ pattern: JSON.stringify(pattern) })),
      maxBatchingWindow: Duration.seconds(0),
      onFailure: { bind: () => ({ destination: bucket.bucketArn }) },
      // Above 1 a shard is read in several lanes, and an order's changes could overtake each other.
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      retryAttempts: RETRIES_MAX,
      startingPosition: StartingPosition.TRIM_HORIZON,
    });
  }
}
