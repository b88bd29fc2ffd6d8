import type { DynamoAnswer, DynamoClient } from "./dynamodb-client.ts";
import { type DynamoInput, dynamoPermissions, type Item } from "./dynamodb-permissions.ts";
import type { LocalTable } from "./dynamodb-tables.ts";
import type { Units } from "./dynamodb-units.ts";
import type { AwsRequest, AwsResponse, Permission, Service, Topology } from "./ports.ts";

const READS = new Set(["GetItem", "Query", "Scan", "BatchGetItem"]);
const WRITES = new Set(["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"]);

interface Capacity {
  TableName: string;
  CapacityUnits: number;
}

/** A call that was made, and by whom. */
interface Call {
  operation: string;
  input: DynamoInput;
  /** The caller's role; `undefined` is the operator. */
  caller: string | undefined;
}

/** The table service: Amazon's DynamoDB Local behind the front door's checks, with units counted by AWS's rule. */
export class DynamoDb implements Service {
  readonly names = ["dynamodb"];
  readonly #topology: Topology;
  readonly #client: DynamoClient;
  readonly #tables: Map<string, LocalTable>;
  readonly #units: Units;
  readonly #inputs = new WeakMap<AwsRequest, DynamoInput>();
  readonly #written: (table: LocalTable) => void;

  /** `written` is called after each acknowledged write and before its answer, so that settling cannot miss it. */
  constructor(setup: {
    topology: Topology;
    client: DynamoClient;
    tables: Map<string, LocalTable>;
    units: Units;
    written: (table: LocalTable) => void;
  }) {
    this.#topology = setup.topology;
    this.#client = setup.client;
    this.#tables = setup.tables;
    this.#units = setup.units;
    this.#written = setup.written;
  }

  permissions(request: AwsRequest): Permission[] | undefined {
    const operation = operationOf(request);
    const { region, account } = this.#topology;
    return dynamoPermissions(operation, this.#input(request), { region, account }, (name) => this.#find(name));
  }

  async handle(request: AwsRequest): Promise<AwsResponse> {
    const operation = operationOf(request);
    const input = this.#input(request);
    const counts = READS.has(operation) && input.ReturnConsumedCapacity === undefined;
    const body = counts ? Buffer.from(JSON.stringify({ ...input, ReturnConsumedCapacity: "TOTAL" })) : request.body;
    const answer = await this.#client.send(request.headers["x-amz-target"] ?? "", body);
    const call = { operation, input, caller: request.principal };
    if (WRITES.has(operation)) this.#afterWrite(call, answer);
    else if (READS.has(operation)) setImmediate(() => this.#afterRead(call, answer));
    else if (operation === "TransactGetItems") setImmediate(() => this.#afterTransactGet(call, answer));
    return { status: answer.status, headers: { "content-type": answer.type }, body: answer.body };
  }

  #afterWrite({ operation, input, caller }: Call, answer: DynamoAnswer): void {
    const refused = answer.status !== 200;
    if (refused && !/ConditionalCheckFailed|TransactionCanceled/.test(answer.body.toString("latin1", 0, 200))) return;
    const asked = { caller, factor: operation === "TransactWriteItems" ? 2 : 1 } as const;
    const writes = this.#writesOf(operation, input);
    for (const [table, write] of writes) {
      if (refused) this.#units.refused(table, write, asked);
      else this.#units.wrote(table, write, asked);
    }
    for (const table of new Set(writes.map(([each]) => each))) {
      this.#units.request(table, operation);
      if (!refused) this.#written(table);
    }
  }

  #writesOf(operation: string, input: DynamoInput): [LocalTable, DynamoInput][] {
    const paired = (name: string | undefined, write: DynamoInput): [LocalTable, DynamoInput][] => {
      const table = this.#find(name);
      return table ? [[table, write]] : [];
    };
    if (operation === "TransactWriteItems")
      return (input.TransactItems ?? []).flatMap((member) =>
        Object.values(member).flatMap((write) => paired(write.TableName, write)),
      );
    if (operation === "BatchWriteItem")
      return Object.entries(input.RequestItems ?? {}).flatMap(([name, members]) =>
        (members as Record<string, DynamoInput>[]).flatMap((each) =>
          Object.values(each).flatMap((write) => paired(name, write)),
        ),
      );
    return paired(input.TableName, input);
  }

  #afterRead({ operation, input, caller }: Call, answer: DynamoAnswer): void {
    if (answer.status !== 200) return;
    const { ConsumedCapacity } = JSON.parse(answer.body.toString()) as { ConsumedCapacity?: Capacity | Capacity[] };
    for (const { TableName, CapacityUnits } of [ConsumedCapacity ?? []].flat()) {
      const table = this.#find(TableName ?? input.TableName);
      if (!table) continue;
      this.#units.request(table, operation);
      // DynamoDB Local finds nothing for nothing; to look costs the least that there is.
      this.#units.read(table, Math.max(CapacityUnits, input.ConsistentRead ? 1 : 0.5), caller);
    }
  }

  #afterTransactGet({ input, caller }: Call, answer: DynamoAnswer): void {
    if (answer.status !== 200) return;
    const { Responses = [] } = JSON.parse(answer.body.toString()) as { Responses?: { Item?: Item }[] };
    (input.TransactItems ?? []).forEach((member, index) => {
      const table = this.#find(member.Get?.TableName);
      if (!table) return;
      this.#units.request(table, "TransactGetItems");
      this.#units.readInTransaction(table, Responses[index]?.Item, caller);
    });
  }

  #find(name: string | undefined): LocalTable | undefined {
    return this.#tables.get(name?.split("/")[name.startsWith("arn:") ? 1 : 0] ?? "");
  }

  #input(request: AwsRequest): DynamoInput {
    const known = this.#inputs.get(request);
    if (known) return known;
    let input: DynamoInput = {};
    try {
      input = JSON.parse(request.body.toString() || "{}") as DynamoInput;
    } catch {
      // DynamoDB Local answers a body that is not JSON with its own SerializationException.
    }
    this.#inputs.set(request, input);
    return input;
  }
}

function operationOf({ headers }: AwsRequest): string {
  return (headers["x-amz-target"] ?? "").split(".").at(-1) ?? "";
}
