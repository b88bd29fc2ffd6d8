import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import type { Change } from "./memory-table.ts";

const pack = (item: Record<string, unknown> | undefined) =>
  item && (marshall(item, { removeUndefinedValues: true }) as NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"]);

const nameOf = ({ old, new: now }: Change) => (old && now ? "MODIFY" : now ? "INSERT" : "REMOVE");

/** One change as a stream hands it to a Lambda. */
export const streamRecord = (change: Change, sequence: number): DynamoDBRecord => ({
  eventID: `change-${sequence}`,
  eventName: nameOf(change),
  eventSource: "aws:dynamodb",
  eventVersion: "1.1",
  awsRegion: "eu-central-1",
  dynamodb: {
    Keys: pack({ ...change.key }),
    ...(change.new && { NewImage: pack(change.new) }),
    ...(change.old && { OldImage: pack(change.old) }),
    SequenceNumber: String(sequence).padStart(21, "0"),
    StreamViewType: "NEW_AND_OLD_IMAGES",
  },
});

/** A batch of a stream; `first` is the sequence number of its first record. */
export const streamEvent = (changes: readonly Change[], first = 1): DynamoDBStreamEvent => ({
  Records: changes.map((change, index) => streamRecord(change, first + index)),
});
