import { describe, expect, it } from "vitest";
import { ask, dynamo, item, post, put, TableName } from "./runtime-client.ts";

/** What the front door lets through. */
export function accessRules(): void {
  describe("the front door", () => {
    it("lets a function do what its role allows", async () => {
      expect((await put(item("plain#1"))).body.status).toBe(200);
      const { body } = await dynamo("GetItem", { TableName, Key: item("plain#1") });
      expect(body.body.Item).toEqual(item("plain#1"));
    });

    it("refuses what the role does not allow, in AWS's words", async () => {
      const { body } = await dynamo("Scan", { TableName });
      expect(body.status).toBe(400);
      expect(body.body.__type).toContain("AccessDeniedException");
      expect(body.body.message).toMatch(
        /^User: arn:aws:iam::0{12}:role\/.+ is not authorized to perform: dynamodb:Scan on resource: arn:aws:.+$/,
      );
    });

    it("refuses what a statement denies by a condition", async () => {
      expect((await put(item("secret#1"))).body.body.__type).toContain("AccessDeniedException");
    });

    it("checks every member of a transaction by its own action", async () => {
      const allowed = { Put: { TableName, Item: item("plain#2") } };
      expect((await dynamo("TransactWriteItems", { TransactItems: [allowed] })).body.status).toBe(200);
      const TransactItems = [allowed, { Delete: { TableName, Key: item("plain#3") } }];
      const { body } = await dynamo("TransactWriteItems", { TransactItems });
      expect(body.body.message).toContain("dynamodb:DeleteItem");
    });

    it("tells which grants were never used and which calls were refused", async () => {
      const { body } = await ask("/_local/iam");
      const server = (rows: { role?: string; who?: string; action: string }[]) =>
        rows.filter(({ role, who }) => (role ?? who ?? "").includes("serverServiceRole")).map(({ action }) => action);
      expect(server(body.used)).toEqual(
        expect.arrayContaining(["dynamodb:PutItem", "dynamodb:GetItem", "kms:Decrypt"]),
      );
      expect(server(body.neverUsed)).toContain("dynamodb:Query");
      expect(server(body.refused)).toContain("dynamodb:Scan");
    });

    it("names a service that is not there", async () => {
      const { body } = await post("/do/call", { service: "polly", target: "Polly.Speak", body: {} });
      expect(body).toMatchObject({ status: 501, body: { message: 'The local cloud has no service "polly".' } });
    });
  });
}
