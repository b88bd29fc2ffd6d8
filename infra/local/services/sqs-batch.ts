import { AwsError } from "./errors.ts";

const BATCH_MAX = 10;

interface Failed {
  Id: string;
  Code: string;
  Message: string;
  SenderFault: boolean;
}

/** Runs each entry of a batch by itself: the answer says which went well and which did not. */
export function batch<Entry extends { Id?: string | undefined }, Result>(
  entries: Entry[] | undefined,
  run: (entry: Entry) => Result,
): { Successful: (Result & { Id: string })[]; Failed: Failed[] } {
  const list = entries ?? [];
  if (list.length === 0) throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  if (list.length > BATCH_MAX)
    throw new AwsError("TooManyEntriesInBatchRequest", `Maximum number of entries per request is ${BATCH_MAX}.`);
  if (new Set(list.map(({ Id }) => Id)).size < list.length)
    throw new AwsError("BatchEntryIdsNotDistinct", "The ids of the entries are not distinct.");
  const Successful: (Result & { Id: string })[] = [];
  const Failed: Failed[] = [];
  for (const entry of list) {
    const Id = entry.Id ?? "";
    try {
      Successful.push({ ...run(entry), Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
    }
  }
  return { Successful, Failed };
}
