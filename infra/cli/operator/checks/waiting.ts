import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { lengthOf } from "../dead-letters.ts";
import { bucketClient, failedBatches } from "../failed-records.ts";
import { type Check, type Finding, ok, wrong } from "../finding.ts";
import { inboxesOf, oneOf, type Place } from "../place.ts";
import { counted } from "../work.ts";

/** The sweep comes every 15 minutes, to what has been due for 5. */
const OVERDUE_MS = 20 * 60_000;
const MINUTE_MS = 60_000;
/** What is counted of a long list. */
const COUNTED_MAX = 1_000;

/** Lists of the table that the doctor counts, as `functions/table/keys.ts` names them; a test holds them together. */
export const LISTS = { due: ["due#0", "due#1"], quarantine: "quarantine" } as const;

/** Messages that a consumer gave up. */
export const deadLetters: Check = {
  name: "dead letters",
  async look(place) {
    const sqs = new SQSClient(place.access);
    const inboxes = inboxesOf(place);
    const looked = inboxes.map(async ({ name, deadLettersUrl }): Promise<Finding[]> => {
      const length = await lengthOf(sqs, deadLettersUrl);
      if (length === 0) return [];
      const then = `put the cause right, then \`npm run kolo -- redrive --queue ${name}\``;
      return [wrong("dead-letters.md", `${counted(length, "message")} of ${name} came to nothing: ${then}.`)];
    });
    const found = (await Promise.all(looked)).flat();
    return found.length > 0 ? found : [ok(`Dead letters: ${inboxes.length} queues, all empty.`)];
  },
};

/** Batches of the stream that a reader gave up: the publisher's are events that nobody has heard of. */
export const failedRecords: Check = {
  name: "failed records",
  async look(place) {
    const s3 = bucketClient(place);
    const published = await failedBatches(place, s3, "Publisher");
    const projected = await failedBatches(place, s3, "Projector");
    const findings: Finding[] = [];
    if (published.length > 0) {
      const batches = counted(published.length, "batch", "batches");
      const says = `${batches} of events were never published: \`npm run kolo -- redrive\`.`;
      findings.push(wrong("publisher-behind.md", says));
    }
    const kept = projected.length > 0 ? `, ${projected.length} of the projector kept to be looked at` : "";
    return findings.length > 0 ? findings : [ok(`Failed records: none of the publisher${kept}.`)];
  },
};

/** Waits that are over and that nobody woke. */
export const overdueWaits: Check = {
  name: "overdue waits",
  async look(place) {
    const until = new Date((await place.now()).getTime() - OVERDUE_MS).toISOString();
    const counts = await Promise.all(LISTS.due.map((partition) => count(place, "gsi4", partition, { until })));
    const overdue = counts.reduce((sum, one) => sum + one, 0);
    if (overdue === 0) return [ok("Waits: none is overdue.")];
    const many = overdue >= COUNTED_MAX ? `${COUNTED_MAX} or more` : String(overdue);
    const says = `${many} waits have been over for ${OVERDUE_MS / MINUTE_MS} minutes: the sweep does not wake them.`;
    return [wrong("sweep-fails.md", says)];
  },
};

/** Deliveries that were authentic and could not be used. */
export const quarantine: Check = {
  name: "quarantine",
  async look(place) {
    const kept = await count(place, "gsi3", LISTS.quarantine, { status: "kept" });
    if (kept === 0) return [ok("Quarantine: empty.")];
    const says = `${counted(kept, "delivery", "deliveries")} could not be used: fix, then \`npm run kolo -- replay\`.`;
    return [wrong("deliveries-quarantined.md", says)];
  },
};

/** Counts the entries of a list: those up to an instant, or those of a status. */
async function count(
  place: Place,
  index: "gsi3" | "gsi4",
  partition: string,
  { until, status }: { until?: string; status?: string },
): Promise<number> {
  const client = new DynamoDBClient(place.access);
  let found = 0;
  let ExclusiveStartKey: QueryCommand["input"]["ExclusiveStartKey"];
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: oneOf(place, "AWS::DynamoDB::Table").id,
        IndexName: index,
        Select: "COUNT",
        KeyConditionExpression: until ? "#pk = :pk AND #sk < :until" : "#pk = :pk",
        ...(status && { FilterExpression: "#f.#status = :status" }),
        ExpressionAttributeNames: {
          "#pk": `${index}pk`,
          ...(until && { "#sk": `${index}sk` }),
          ...(status && { "#f": "f", "#status": "status" }),
        },
        ExpressionAttributeValues: {
          ":pk": { S: partition },
          ...(until && { ":until": { S: until } }),
          ...(status && { ":status": { S: status } }),
        },
        ExclusiveStartKey,
      }),
    );
    found += page.Count ?? 0;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined && found < COUNTED_MAX);
  client.destroy();
  return Math.min(found, COUNTED_MAX);
}
