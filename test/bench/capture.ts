import { type DynamoDBClient, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { ulid } from "ulid";
import { OrderSnapshot } from "../../domain/order/snapshot.ts";
import { incomingOrder } from "../../functions/http/orders/incoming.ts";
import { runtimeOf } from "../../functions/shell/port.ts";
import { dynamoTable } from "../../functions/table/dynamo.ts";
import { orders } from "../../functions/table/orders.ts";
import { keptLogger, openFingerprints } from "../support/doubles.ts";
import { aStore } from "../support/samples.ts";
import { orderBody, SHOP } from "./shop.ts";

/** A client that reads nothing and keeps what it should write. */
function recorder() {
  const kept: TransactWriteItemsCommand[] = [];
  const client = {
    async send(command: object) {
      if (command instanceof TransactWriteItemsCommand) kept.push(command);
      return {};
    },
  };
  return { kept, client: client as Pick<DynamoDBClient, "send"> };
}

/** The transactions that the real code writes for new orders of new buyers, one for each number. */
export async function transactionsOf(numbers: readonly number[], tableName: string) {
  const { kept, client } = recorder();
  const basics = {
    clock: { now: () => new Date().toISOString() },
    ids: { next: (prefix: string) => `${prefix}_${ulid()}` },
    logger: keptLogger([]),
    env: {},
  };
  const table = dynamoTable(client, tableName);
  const runtime = runtimeOf(basics, { table, fingerprints: openFingerprints });
  const store = aStore(`sto_${ulid()}`, SHOP);
  const actor = { kind: "key" as const, id: ulid() };
  for (const number of numbers) {
    const now = new Date().toISOString();
    const snapshot = OrderSnapshot.parse(orderBody(number, number, now));
    const origin = { actor, correlationId: crypto.randomUUID(), depth: 0, storeId: store.storeId, test: false };
    await runtime.get(orders).accept(store, incomingOrder(snapshot), origin, now);
  }
  if (kept.length !== numbers.length) throw new Error(`${numbers.length} orders made ${kept.length} transactions.`);
  return kept;
}
