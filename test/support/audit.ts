import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoTable } from "../../functions/table/dynamo.ts";
import { beginPass, endPass, scanOn } from "../../functions/table/ledger-audit.ts";
import { localPlace } from "../../infra/cli/operator/local-place.ts";
import { oneOf } from "../../infra/cli/operator/place.ts";

/** What a whole look at the metrics of a local cloud found; it is exact when nothing is in flight. */
export interface Audit {
  /** Metric items that are the sum of their ledgers. */
  agreeing: number;
  /** Metric items that are not. */
  differing: string[];
  /** Orders and customers whose ledger is not what they contribute. */
  suspects: string[];
}

/** Compares every metric with its ledgers and every ledger with its source, by one consistent scan; repairs nothing. */
export async function audit(url: string): Promise<Audit> {
  const place = await localPlace(url);
  const client = new DynamoDBClient(place.access);
  const table = dynamoTable(client, oneOf(place, "AWS::DynamoDB::Table").id);
  // A second pass names sources instead of heaps of them.
  const pass = await beginPass(table, 2);
  while (await scanOn(table, pass));
  const { agreeing, differing, suspects } = await endPass(table, pass);
  client.destroy();
  return { agreeing, differing: differing.map(({ text }) => text), suspects };
}
