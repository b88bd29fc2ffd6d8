import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { IndexName, Item } from "../../functions/table/table.ts";
import type { Cloud } from "../../infra/local/cloud.ts";
import { itemSize } from "../support/item-size.ts";
import { projected } from "../support/memory-table-rules.ts";

/** DynamoDB adds this to each item and to each of its index entries. */
const OVERHEAD_BYTES = 100;
const INDEXES: readonly IndexName[] = ["gsi1", "gsi2", "gsi3", "gsi4"];

/** Bytes of the cloud's one table with its indexes, as storage is billed. */
export async function storedBytes({ endpoint, topology }: Cloud): Promise<number> {
  const [table] = topology.all("AWS::DynamoDB::Table");
  const credentials = { accessKeyId: "operator", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region: topology.region, credentials });
  let bytes = 0;
  let ExclusiveStartKey: ScanCommand["input"]["ExclusiveStartKey"];
  do {
    const page = await client.send(new ScanCommand({ TableName: table?.ref, ExclusiveStartKey }));
    for (const item of page.Items ?? []) bytes += bytesOf(unmarshall(item) as Item);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  client.destroy();
  return bytes;
}

function bytesOf(item: Item): number {
  const entries = INDEXES.filter((index) => item[`${index}pk`] !== undefined).map((index) => projected(item, index));
  return [item, ...entries].reduce((sum, one) => sum + itemSize(one) + OVERHEAD_BYTES, 0);
}
