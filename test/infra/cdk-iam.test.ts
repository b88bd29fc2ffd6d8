import { describe, expect, it } from "vitest";
import { logicalName, readable, type TemplateResource, templates } from "../support/templates.ts";

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

/** Actions that know no resource: AWS accepts only `*` for them. */
const WITHOUT_RESOURCE: Record<string, string> = {
  "dynamodb:ListStreams": "lists; Lambda asks for it before it reads a stream",
  "logs:CreateLogDelivery": "sets up log delivery for the account",
  "logs:DeleteLogDelivery": "sets up log delivery for the account",
  "logs:DescribeLogGroups": "sets up log delivery for the account",
  "logs:DescribeResourcePolicies": "sets up log delivery for the account",
  "logs:GetLogDelivery": "sets up log delivery for the account",
  "logs:ListLogDeliveries": "sets up log delivery for the account",
  "logs:PutResourcePolicy": "sets up log delivery for the account",
  "logs:UpdateLogDelivery": "sets up log delivery for the account",
  "xray:GetSamplingRules": "a state machine asks which executions to trace",
  "xray:GetSamplingTargets": "a state machine asks which executions to trace",
  "xray:PutTelemetryRecords": "X-Ray's writes know no resource",
  "xray:PutTraceSegments": "X-Ray's writes know no resource",
};

/** The only families of resources that a role may name by a prefix. */
const FAMILIES = [/^Bucket\/\*$/, /^Bucket\/aws\/lambda\/\*$/, /:schedule\/OneShotsGroup\/\*$/];

const cloud = templates();
const policies = cloud.of("AWS::IAM::Policy");
const statements = policies.flatMap(({ properties }) => properties.PolicyDocument.Statement as Statement[]);
const many = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

describe("a role", () => {
  it("names every action", () => {
    const wild = statements.flatMap(({ Action }) => many(Action)).filter((action) => action.includes("*"));
    expect(wild).toEqual([]);
  });

  it("names its resources, except where the action knows none", () => {
    const open = statements.filter(({ Resource }) => many(Resource).includes("*"));
    const actions = new Set(open.flatMap(({ Action }) => many(Action)));
    expect([...actions].sort()).toEqual(Object.keys(WITHOUT_RESOURCE));
  });

  it("names a prefix only of objects and of one-shot schedules", () => {
    const named = statements.flatMap(({ Resource }) => many(Resource).map(readable));
    const prefixes = named.filter((name) => name !== "*" && name.includes("*"));
    expect(prefixes.filter((name) => !FAMILIES.some((family) => family.test(name)))).toEqual([]);
  });

  it("has its rights from the app alone: no managed and no inline policies", () => {
    const roles = cloud.of("AWS::IAM::Role");
    expect(roles.filter(({ properties }) => properties.ManagedPolicyArns ?? properties.Policies)).toEqual([]);
  });

  it("belongs to one function", () => {
    const used = cloud.of("AWS::Lambda::Function").map(({ properties }) => readable(properties.Role));
    expect(new Set(used).size).toBe(used.length);
  });

  it("is taken by one service, which is named", () => {
    const trusts = cloud.of("AWS::IAM::Role").map(({ properties }) => properties.AssumeRolePolicyDocument.Statement);
    const takers = trusts.map((all: { Principal: unknown }[]) => all.map(({ Principal }) => Principal));
    const one = expect.stringMatching(/^(lambda|scheduler|states)\.amazonaws\.com$/);
    expect(takers).toEqual(takers.map(() => [{ Service: one }]));
  });

  it("writes, where its routes only read, nothing but the shares of their callers", () => {
    const writing = (all: Statement[]) => all.filter(({ Action }) => many(Action).includes("dynamodb:PutItem"));
    const readers = policies
      .map(({ properties }) => ({
        name: readable(properties.Roles[0]),
        writes: writing(properties.PolicyDocument.Statement),
      }))
      .filter(({ name }) => /^Routes\w+ReadRole$/.test(name));
    expect(readers.length).toBeGreaterThan(5);
    for (const { writes } of readers) {
      const [only, ...more] = writes;
      expect(more).toEqual([]);
      expect(only).toMatchObject({
        Action: "dynamodb:PutItem",
        Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["limit#*"] } },
      });
    }
  });

  it("uses the key only through a service", () => {
    const direct = statements.filter(({ Action, Condition }) => {
      return many(Action).some((action) => action.startsWith("kms:")) && !Condition?.StringEquals?.["kms:ViaService"];
    });
    expect(direct).toEqual([]);
  });
});

describe("the grants", () => {
  it("are these and no others: a change is read here before it is deployed", async () => {
    const lines = policies.map(describePolicy).sort();
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("./cdk-iam.snapshot.txt");
  });
});

function describePolicy({ properties }: TemplateResource): string {
  const name = readable(properties.Roles[0]).replace(/Role$/, "");
  const rights = (properties.PolicyDocument.Statement as Statement[]).map(({ Action, Resource, Condition }) => {
    const via = readable(Condition?.StringEquals?.["kms:ViaService"] ?? "").replace(/\..*/, "");
    const keys = many(Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? []).join(" ");
    const bounds = `${via && ` via ${via}`}${keys && ` where ${keys}`}`;
    return `  ${many(Action).join(" ")} on ${many(Resource).map(readable).join(" ")}${bounds}`;
  });
  return [logicalName(name), ...rights.sort()].join("\n");
}
