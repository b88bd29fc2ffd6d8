import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import type { Runtime } from "../shell/port.ts";
import { type Failure, stream } from "../shell/stream.ts";
import { type Seen, seenIn, sourceOf } from "../table/ledger.ts";
import { projection, type SourceChange } from "../table/ledger-projection.ts";
import type { Item } from "../table/table.ts";

type Image = Parameters<typeof unmarshall>[0];

interface Batched extends SourceChange {
  seen: Seen[];
  /** The record of the batch that first spoke of the source. */
  index: number;
}

/** Table stream -> metrics: the newest state of each source in a batch, compared with its ledger. */
export const projector = (runtimeOf?: () => Runtime) =>
  stream(
    {
      needs: { projection },
      async run(records, context) {
        const { changes, unreadable } = gather(records);
        const failures = await context.projection.apply(changes);
        const failed = changes.flatMap(({ source, index }): Failure[] =>
          failures.has(source) ? [{ index, error: failures.get(source) }] : [],
        );
        return [...failed, ...unreadable].sort((a, b) => a.index - b.index)[0];
      },
    },
    runtimeOf,
  );

export const handler = projector();

/** What a batch says of each source. One of which a record cannot be read is left alone: its record is a failure. */
function gather(records: readonly DynamoDBRecord[]): { changes: Batched[]; unreadable: Failure[] } {
  const changes = new Map<string, Batched>();
  const unreadable = new Map<string, Failure>();
  for (const [index, record] of records.entries()) {
    const source = sourceIn(record);
    if (!source || unreadable.has(source)) continue;
    const change = changes.get(source) ?? { source, seen: [], removed: false, index };
    try {
      change.seen.push(...seenOf(source, record));
    } catch (error) {
      unreadable.set(source, { index: change.index, error });
      changes.delete(source);
      continue;
    }
    change.removed ||= record.eventName === "REMOVE";
    changes.set(source, change);
  }
  return { changes: [...changes.values()], unreadable: [...unreadable.values()] };
}

function sourceIn({ dynamodb }: DynamoDBRecord): string | undefined {
  const { pk, sk } = dynamodb?.Keys ?? {};
  return pk?.S !== undefined && sk?.S !== undefined ? sourceOf({ pk: pk.S, sk: sk.S }) : undefined;
}

const seenOf = (source: string, { dynamodb }: DynamoDBRecord): Seen[] =>
  [dynamodb?.OldImage, dynamodb?.NewImage]
    .filter((image) => image !== undefined)
    .map((image) => seenIn(source, unmarshall(image as Image) as Item));
