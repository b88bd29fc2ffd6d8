import { describe, expect, it } from "vitest";
import { cognito } from "../../../infra/local/services/cognito.ts";
import { cloudwatch, logs } from "../../../infra/local/services/telemetry.ts";
import type { EngineDouble } from "./service-engine.ts";
import { arn, callJson, REGION, resource, startServices } from "./service-harness.ts";

const UserPoolId = "eu-central-1_pool";
const pool = resource(
  "AWS::Cognito::UserPool",
  arn("cognito-idp", `userpool/${UserPoolId}`),
  { UsernameAttributes: ["email"] },
  UserPoolId,
);
const group = (GroupName: string, Precedence: number) =>
  resource(
    "AWS::Cognito::UserPoolGroup",
    arn("cognito-idp", `group/${GroupName}`),
    { GroupName, UserPoolId, Precedence },
    GroupName,
  );
const owner = resource(
  "AWS::Cognito::UserPoolUser",
  arn("cognito-idp", "user/FirstOwner"),
  { Username: "owner@example.com", UserPoolId, UserAttributes: [{ Name: "email", Value: "owner@example.com" }] },
  "owner@example.com",
);
const attachment = resource("AWS::Cognito::UserPoolUserToGroupAttachment", arn("cognito-idp", "attachment/1"), {
  UserPoolId,
  Username: "owner@example.com",
  GroupName: "owner",
});

async function start(engine?: EngineDouble) {
  const resources = [pool, group("owner", 0), group("manager", 1), owner, attachment];
  const cloud = await startServices({ factories: [cognito, logs, cloudwatch], resources, ...(engine && { engine }) });
  return {
    ...cloud,
    call: (operation: string, input: Record<string, unknown>) =>
      callJson(cloud.endpoint, "cognito-idp", operation, { UserPoolId, ...input }),
    groupsOf: async (Username: string) => {
      const input = { UserPoolId, Username };
      const { Groups } = await callJson(cloud.endpoint, "cognito-idp", "AdminListGroupsForUser", input);
      return (Groups as { GroupName: string }[]).map(({ GroupName }) => GroupName);
    },
  };
}

describe("a user pool", () => {
  it("has the users and groups of the template", async () => {
    await using cloud = await start();
    expect(await cloud.call("ListUsers", { Filter: 'email = "owner@example.com"' })).toMatchObject({
      Users: [{ Enabled: true, Attributes: expect.arrayContaining([{ Name: "email", Value: "owner@example.com" }]) }],
    });
    expect(await cloud.groupsOf("owner@example.com")).toEqual(["owner"]);
  });

  it("takes new users by e-mail, gives them an id, and keeps them", async () => {
    const before = await start();
    const { User } = await before.call("AdminCreateUser", { Username: "olena@example.com" });
    expect((User as { Username: string }).Username).not.toBe("olena@example.com");
    await before.call("AdminAddUserToGroup", { Username: "olena@example.com", GroupName: "manager" });
    await before[Symbol.asyncDispose]();
    await using after = await start(before.engine);
    expect(await after.groupsOf("olena@example.com")).toEqual(["manager"]);
    const again = after.call("AdminCreateUser", { Username: "olena@example.com" });
    await expect(again).rejects.toMatchObject({ name: "UsernameExistsException" });
  });

  it("disables, changes and deletes users for good", async () => {
    const before = await start();
    const Username = "owner@example.com";
    await before.call("AdminDisableUser", { Username });
    expect(await before.call("AdminGetUser", { Username })).toMatchObject({ Enabled: false });
    await before.call("AdminUpdateUserAttributes", { Username, UserAttributes: [{ Name: "name", Value: "Olena" }] });
    expect((await before.call("AdminGetUser", { Username })).UserAttributes).toContainEqual({
      Name: "name",
      Value: "Olena",
    });
    await before.call("AdminDeleteUser", { Username });
    await before[Symbol.asyncDispose]();
    await using after = await start(before.engine);
    await expect(after.call("AdminGetUser", { Username })).rejects.toMatchObject({ name: "UserNotFoundException" });
  });

  it("refuses groups it does not have", async () => {
    await using cloud = await start();
    const added = cloud.call("AdminAddUserToGroup", { Username: "owner@example.com", GroupName: "none" });
    await expect(added).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("asks IAM for the pool", async () => {
    await using cloud = await start();
    await cloud.call("ListUsers", {});
    expect(cloud.permissions).toEqual([{ action: "cognito-idp:ListUsers", resource: pool.arn }]);
  });
});

describe("telemetry", () => {
  it("counts log events and their bytes", async () => {
    await using cloud = await start();
    const logEvents = [
      { timestamp: 1, message: "héllo" },
      { timestamp: 2, message: "b" },
    ];
    await callJson(cloud.endpoint, "logs", "PutLogEvents", { logGroupName: "g", logStreamName: "s", logEvents });
    await cloud.delivery.deliver(arn("logs", "log-group:g:*"), { a: 1 }, { service: "events" });
    expect(cloud.stats("logs")).toEqual({ PutLogEvents: 1, logEvents: 3, logBytes: 14 });
  });

  it.each([
    [
      "CBOR",
      "/service/GraniteServiceVersion20100801/operation/PutMetricData",
      { "smithy-protocol": "rpc-v2-cbor" },
      "",
    ],
    ["the query protocol", "/", {}, "Action=PutMetricData&Namespace=kolo"],
    ["JSON", "/", { "x-amz-target": "GraniteServiceVersion20100801.PutMetricData" }, "{}"],
  ])("takes metric data in %s", async (_name, path, headers, body) => {
    await using cloud = await start();
    const authorization = `AWS4-HMAC-SHA256 Credential=operator/20261120/${REGION}/monitoring/aws4_request`;
    const answer = await fetch(`${cloud.endpoint}${path}`, {
      method: "POST",
      headers: { authorization, ...headers },
      body,
    });
    expect(answer.status).toBe(200);
    expect(cloud.stats("monitoring")).toEqual({ PutMetricData: 1 });
  });
});
