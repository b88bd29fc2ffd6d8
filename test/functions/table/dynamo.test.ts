import { afterAll, beforeAll } from "vitest";
import { type DynamoDBLocal, startDynamoDBLocal } from "../../support/dynamodb-local.ts";
import { ordersContract } from "./orders.contract.ts";
import { tableContract } from "./table.contract.ts";
import { answersContract } from "./table-answers.contract.ts";

let database: DynamoDBLocal;

beforeAll(async () => {
  database = await startDynamoDBLocal();
});

afterAll(() => database.stop());

tableContract("the table in DynamoDB", () => database.newTable());
ordersContract("DynamoDB", () => database.newTable());
answersContract("DynamoDB", () => database.newDeafTable());
