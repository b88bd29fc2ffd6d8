import { describe, expect, it } from "vitest";
import { AccessDenied } from "../../../infra/local/errors.ts";
import { Iam } from "../../../infra/local/iam.ts";
import type { Actor, Permission, Resource, Topology } from "../../../infra/local/ports.ts";

const ROLE = "arn:aws:iam::000000000000:role/worker";
const TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/orders";
const QUEUE = "arn:aws:sqs:us-east-1:000000000000:inbox";
const KEY = "arn:aws:kms:us-east-1:000000000000:key/k";
const RULE = "arn:aws:events:us-east-1:000000000000:rule/bus/rule";
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:task";

type Statement = Record<string, unknown>;

function topologyOf(resources: Partial<Resource>[]): Topology {
  const all = resources.map((each) => ({
    stack: "App",
    logicalId: "Policy",
    ref: "",
    arn: "",
    properties: {},
    ...each,
  }));
  return {
    region: "us-east-1",
    account: "000000000000",
    all: (type) => (all as Resource[]).filter((each) => each.type === type),
    byArn: (arn) => (all as Resource[]).find((each) => each.arn === arn),
  };
}

const TRUST = {
  Statement: { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "scheduler.amazonaws.com" } },
};
const role = (properties: object = {}): Partial<Resource> => ({
  type: "AWS::IAM::Role",
  ref: "worker",
  arn: ROLE,
  properties: { AssumeRolePolicyDocument: TRUST, ...properties },
});
const policy = (...statements: Statement[]): Partial<Resource> => ({
  type: "AWS::IAM::Policy",
  properties: { Roles: ["worker"], PolicyDocument: { Version: "2012-10-17", Statement: statements } },
});
const allow = (Action: unknown, Resource: unknown, Condition?: object): Statement => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const deny = (Action: unknown, Resource: unknown): Statement => ({ Effect: "Deny", Action, Resource });

const iamOf = (...resources: Partial<Resource>[]) => new Iam(topologyOf(resources), () => 0);
const get: Permission = { action: "dynamodb:GetItem", resource: TABLE };

/** Whether a role with these statements may do something. */
function may(statements: Statement[], permission: Permission = get): boolean {
  return allowed(() => iamOf(role(), policy(...statements)).check(ROLE, [permission]));
}

function allowed(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof AccessDenied) return false;
    throw error;
  }
}

describe("a role", () => {
  it.each<[string, Statement[], boolean]>([
    ["nothing without a statement", [], false],
    ["what a statement names", [allow("dynamodb:GetItem", TABLE)], true],
    ["an action in any case", [allow("DynamoDB:getitem", TABLE)], true],
    ["no other action", [allow("dynamodb:PutItem", TABLE)], false],
    ["nothing on another resource", [allow("dynamodb:GetItem", `${TABLE}s`)], false],
    ["what a wildcard covers", [allow("dynamodb:Get*", "arn:aws:dynamodb:*:*:table/order?")], true],
    ["nothing that a wildcard does not cover", [allow("dynamodb:Get*", "arn:aws:dynamodb:*:*:table/order??")], false],
    ["nothing that is denied", [allow("*", "*"), deny("dynamodb:*", TABLE)], false],
    ["everything but what NotAction names", [{ Effect: "Allow", NotAction: "s3:*", Resource: "*" }], true],
    ["nothing that NotAction names", [{ Effect: "Allow", NotAction: "dynamodb:Get*", Resource: "*" }], false],
    ["nothing that NotResource names", [{ Effect: "Allow", Action: "*", NotResource: TABLE }], false],
  ])("may do %s", (_what, statements, expected) => expect(may(statements)).toBe(expected));

  it("has its inline and managed policies, and AWS's own for logs", () => {
    const inline = {
      Policies: [{ PolicyName: "inline", PolicyDocument: { Statement: [allow("dynamodb:GetItem", TABLE)] } }],
    };
    const basic = { ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"] };
    const logs = { action: "logs:PutLogEvents", resource: "arn:aws:logs:us-east-1:000000000000:log-group:x" };
    expect(allowed(() => iamOf(role(inline)).check(ROLE, [get]))).toBe(true);
    expect(allowed(() => iamOf(role(basic)).check(ROLE, [logs]))).toBe(true);
  });

  it("lets the operator do everything", () => expect(allowed(() => iamOf().check(undefined, [get]))).toBe(true));
});

describe("a condition", () => {
  const keys = (...values: string[]): Permission => ({ ...get, context: { "dynamodb:LeadingKeys": values } });
  const when = (operator: string, wanted: unknown, permission: Permission) =>
    may([allow("dynamodb:GetItem", TABLE, { [operator]: { "dynamodb:LeadingKeys": wanted } })], permission);

  it.each<[string, unknown, Permission, boolean]>([
    ["StringEquals", "a", keys("a"), true],
    ["StringEquals", "a", keys("b"), false],
    ["StringEquals", "a", get, false],
    ["StringEqualsIfExists", "a", get, true],
    ["StringNotEquals", "a", keys("b"), true],
    ["StringNotEquals", "a", get, true],
    ["StringLike", ["order#*"], keys("order#1"), true],
    ["StringNotLike", ["order#*"], keys("order#1"), false],
    ["ForAllValues:StringLike", "order#*", keys("order#1", "order#2"), true],
    ["ForAllValues:StringLike", "order#*", keys("order#1", "customer#2"), false],
    ["ForAnyValue:StringLike", "order#*", keys("order#1", "customer#2"), true],
    ["ForAnyValue:StringLike", "order#*", get, false],
    ["Null", "true", get, true],
    ["Null", "false", get, false],
    ["NumericLessThan", "5", keys("4"), true],
  ])("%s %o decides", (operator, wanted, permission, expected) =>
    expect(when(operator, wanted, permission)).toBe(expected),
  );

  it.each<[string, Partial<Resource>]>([
    ["an unknown operator", policy(allow("s3:*", "*", { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }))],
    ["a policy variable", policy(allow("s3:*", "*", { StringEquals: { "s3:prefix": `$${"{aws:username}"}` } }))],
    ["an unknown element", policy({ ...allow("s3:*", "*"), Obligation: "log" })],
    ["a permissions boundary", role({ PermissionsBoundary: "arn:aws:iam::aws:policy/X" })],
    ["an unknown policy of AWS", role({ ManagedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] })],
  ])("stops the start at %s", (_what, resource) => expect(() => iamOf(role(), resource)).toThrow(/does not know/));
});

describe("a service of AWS", () => {
  const send: Permission = { action: "sqs:SendMessage", resource: QUEUE };
  const queue: Partial<Resource> = { type: "AWS::SQS::Queue", ref: "http://127.0.0.1/inbox", arn: QUEUE };
  const queuePolicy = (statement: Statement): Partial<Resource> => ({
    type: "AWS::SQS::QueuePolicy",
    properties: { Queues: ["http://127.0.0.1/inbox"], PolicyDocument: { Statement: [statement] } },
  });
  const fromRule = {
    ...allow("sqs:SendMessage", QUEUE, { ArnEquals: { "aws:SourceArn": RULE } }),
    Principal: { Service: "events.amazonaws.com" },
  };
  const act = (by: Actor, permission: Permission, ...resources: Partial<Resource>[]) =>
    allowed(() => iamOf(...resources).checkActor(by, [permission]));

  it("may do what the resource's policy lets it do, from the source that it names", () => {
    const by = { service: "events", sourceArn: RULE };
    expect(act(by, send, queue, queuePolicy(fromRule))).toBe(true);
    expect(act({ ...by, sourceArn: `${RULE}2` }, send, queue, queuePolicy(fromRule))).toBe(false);
    expect(act({ ...by, service: "sns" }, send, queue, queuePolicy(fromRule))).toBe(false);
    expect(act(by, send, queue)).toBe(false);
  });

  it("may call a function that permits it", () => {
    const invoke: Permission = { action: "lambda:InvokeFunction", resource: FUNCTION };
    const fn: Partial<Resource> = { type: "AWS::Lambda::Function", ref: "task", arn: FUNCTION };
    const properties = { Action: "lambda:InvokeFunction", FunctionName: "task", Principal: "sns.amazonaws.com" };
    const permission: Partial<Resource> = { type: "AWS::Lambda::Permission", properties };
    expect(act({ service: "sns" }, invoke, fn, permission)).toBe(true);
    expect(act({ service: "events" }, invoke, fn, permission)).toBe(false);
  });

  it("may do what its role may, when the role trusts it", () => {
    const resources = [role(), policy(allow("sqs:SendMessage", QUEUE))];
    expect(act({ service: "scheduler", roleArn: ROLE }, send, ...resources)).toBe(true);
    expect(act({ service: "states", roleArn: ROLE }, send, ...resources)).toBe(false);
    expect(act({ service: "scheduler", roleArn: ROLE }, get, ...resources)).toBe(false);
  });
});

describe("a key", () => {
  const decrypt: Permission = { action: "kms:Decrypt", resource: KEY };
  const key = (Principal: unknown): Partial<Resource> => ({
    type: "AWS::KMS::Key",
    arn: KEY,
    properties: { KeyPolicy: { Statement: [{ ...allow("kms:*", "*"), Principal }] } },
  });
  const grants = policy(allow("kms:Decrypt", KEY));
  const uses = (...resources: Partial<Resource>[]) => allowed(() => iamOf(...resources).check(ROLE, [decrypt]));

  it("leaves it to the account's policies when its own says so", () => {
    const account = key({ AWS: "arn:aws:iam::000000000000:root" });
    expect(uses(role(), account, grants)).toBe(true);
    expect(uses(role(), account)).toBe(false);
  });

  it("decides by itself otherwise", () => {
    expect(uses(role(), key({ AWS: "arn:aws:iam::000000000000:role/other" }), grants)).toBe(false);
    expect(uses(role(), key({ AWS: ROLE }))).toBe(true);
  });
});
