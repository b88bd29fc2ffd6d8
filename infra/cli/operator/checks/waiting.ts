import { DynamoDBClient, QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { lengthOf } from "../dead-letters.ts";
import { bucketClient, failedBatches } from "../failed-records.ts";
import { type Check, type Finding, note, ok, wrong } from "../finding.ts";
import { inboxesOf, oneOf, type Place } from "../place.ts";
import { FOR_PEOPLE } from "../replay.ts";
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
    const counts = await Promise.all(LISTS.due.map((partition) => dueBefore(place, partition, until)));
    const overdue = counts.reduce((sum, one) => sum + one, 0);
    if (overdue === 0) return [ok("Waits: none is overdue.")];
    const many = overdue >= COUNTED_MAX ? `${COUNTED_MAX} or more` : String(overdue);
    const says = `${many} waits have been over for ${OVERDUE_MS / MINUTE_MS} minutes: the sweep does not wake them.`;
    return [wrong("sweep-fails.md", says)];
  },
};

/** How many waits of a partition were over before an instant. */
const dueBefore = (place: Place, partition: string, until: string): Promise<number> =>
  count(place, {
    IndexName: "gsi4",
    KeyConditionExpression: "gsi4pk = :due AND gsi4sk < :until",
    ExpressionAttributeValues: { ":due": { S: partition }, ":until": { S: until } },
  });

/** Deliveries that were authentic and could not be used, and requests that people answer: those are kept by design. */
export const quarantine: Check = {
  name: "quarantine",
  async look(place) {
    const unusable = await kept(place, `NOT ${IS_FOR_PEOPLE}`);
    const forPeople = await kept(place, IS_FOR_PEOPLE);
    const findings: Finding[] = [];
    if (unusable > 0) {
      const says = `${counted(unusable, "delivery", "deliveries")} could not be used`;
      const then = "fix, then `npm run kolo -- replay`, or dismiss what cannot be saved";
      findings.push(wrong("deliveries-quarantined.md", `${says}: ${then}.`));
    }
    if (forPeople > 0) {
      const requests = counted(forPeople, "privacy request is", "privacy requests are");
      findings.push(note("deliveries-quarantined.md", `${requests} kept, for a person to answer and dismiss.`));
    }
    return findings.length > 0 ? findings : [ok("Quarantine: nothing waits.")];
  },
};

const IS_FOR_PEOPLE = "f.reason = :forPeople";

/** How many deliveries of some reasons are in quarantine. */
const kept = (place: Place, reasons: string): Promise<number> =>
  count(place, {
    IndexName: "gsi3",
    KeyConditionExpression: "gsi3pk = :quarantine",
    FilterExpression: `f.#status = :kept AND ${reasons}`,
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: {
      ":quarantine": { S: LISTS.quarantine },
      ":kept": { S: "kept" },
      ":forPeople": { S: FOR_PEOPLE },
    },
  });

/** Counts what a query of the table finds. */
async function count(place: Place, query: Omit<QueryCommandInput, "TableName">): Promise<number> {
  const client = new DynamoDBClient(place.access);
  const TableName = oneOf(place, "AWS::DynamoDB::Table").id;
  let found = 0;
  let ExclusiveStartKey: QueryCommandInput["ExclusiveStartKey"];
  do {
    const page = await client.send(new QueryCommand({ ...query, TableName, Select: "COUNT", ExclusiveStartKey }));
    found += page.Count ?? 0;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined && found < COUNTED_MAX);
  client.destroy();
  return Math.min(found, COUNTED_MAX);
}
