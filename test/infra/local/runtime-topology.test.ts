import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CannotStart } from "../../../infra/local/errors.ts";
import { loadTopology } from "../../../infra/local/topology.ts";
import { scratch } from "./runtime-fixture.ts";

/** Writes an assembly of templates and loads it. */
function load(templates: Record<string, object>, environment = "aws://unknown-account/unknown-region") {
  const directory = join(scratch(), "cdk.out");
  mkdirSync(directory);
  const artifacts = Object.keys(templates).map((name) => {
    writeFileSync(join(directory, `${name}.template.json`), JSON.stringify(templates[name]));
    const properties = { templateFile: `${name}.template.json` };
    return [name, { type: "aws:cloudformation:stack", environment, properties }];
  });
  writeFileSync(join(directory, "manifest.json"), JSON.stringify({ artifacts: Object.fromEntries(artifacts) }));
  return loadTopology(directory, "http://127.0.0.1:9");
}

/** What a value of a template becomes. */
function resolved(value: unknown, template: object = {}): unknown {
  const Resources = { Queue: { Type: "AWS::SQS::Queue" }, Probe: { Type: "Test::Probe", Properties: { value } } };
  return load({ App: { ...template, Resources } }).all("Test::Probe")[0]?.properties.value;
}

/** A place in a text that `Fn::Sub` fills. */
const hole = (name: string) => `\${${name}}`;

describe("a template", () => {
  const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:App-Queue";

  it.each<[string, unknown, unknown]>([
    ["a reference", { Ref: "Queue" }, "http://127.0.0.1:9/000000000000/App-Queue"],
    ["an attribute", { "Fn::GetAtt": ["Queue", "Arn"] }, QUEUE_ARN],
    ["an attribute in one text", { "Fn::GetAtt": "Queue.QueueName" }, "App-Queue"],
    ["a pseudo parameter", { Ref: "AWS::Region" }, "us-east-1"],
    ["a joined text", { "Fn::Join": ["-", ["a", { Ref: "AWS::Partition" }]] }, "a-aws"],
    [
      "a substitution",
      { "Fn::Sub": `${hole("Queue.Arn")}/${hole("!literal")}/${hole("AWS::AccountId")}` },
      `${QUEUE_ARN}/${hole("literal")}/000000000000`,
    ],
    ["a substitution with values", { "Fn::Sub": [`${hole("name")}!`, { name: { Ref: "AWS::StackName" } }] }, "App!"],
    [
      "a part of a split text",
      { "Fn::Select": [5, { "Fn::Split": [":", { "Fn::GetAtt": ["Queue", "Arn"] }] }] },
      "App-Queue",
    ],
    ["no value in an object", { a: 1, b: { Ref: "AWS::NoValue" } }, { a: 1 }],
    ["no value in a list", [1, { Ref: "AWS::NoValue" }], [1]],
    ["a policy's own Condition", { Condition: { Bool: { a: "true" } } }, { Condition: { Bool: { a: "true" } } }],
  ])("resolves %s", (_what, value, expected) => expect(resolved(value)).toEqual(expected));

  it("resolves parameters, mappings and conditions", () => {
    const template = {
      Parameters: { Stage: { Type: "String", Default: "dev" } },
      Mappings: { Sizes: { dev: { memory: 256 } } },
      Conditions: {
        IsDev: { "Fn::Equals": [{ Ref: "Stage" }, "dev"] },
        IsLive: { "Fn::Not": [{ Condition: "IsDev" }] },
      },
    };
    const memory = { "Fn::FindInMap": ["Sizes", { Ref: "Stage" }, "memory"] };
    expect(resolved({ "Fn::If": ["IsDev", memory, 1_024] }, template)).toBe(256);
    expect(resolved({ "Fn::If": ["IsLive", memory, 1_024] }, template)).toBe(1_024);
  });

  it("leaves out resources whose condition does not hold", () => {
    const Conditions = { Never: { "Fn::Equals": ["a", "b"] } };
    const Resources = { Queue: { Type: "AWS::SQS::Queue", Condition: "Never" } };
    expect(load({ App: { Conditions, Resources } }).all("AWS::SQS::Queue")).toEqual([]);
  });

  it("imports what another stack exports", () => {
    const Data = {
      Resources: { Table: { Type: "AWS::DynamoDB::Table" } },
      Outputs: { Arn: { Value: { "Fn::GetAtt": ["Table", "Arn"] }, Export: { Name: "table" } } },
    };
    const App = {
      Resources: { Probe: { Type: "Test::Probe", Properties: { value: { "Fn::ImportValue": "table" } } } },
    };
    const [probe] = load({ App, Data }).all("Test::Probe");
    expect(probe?.properties.value).toBe("arn:aws:dynamodb:us-east-1:000000000000:table/Data-Table");
  });

  it("names things the same on every start, and as it says itself where it says so", () => {
    const Resources = {
      Named: { Type: "AWS::Lambda::Function", Properties: { FunctionName: "mine" } },
      Other: { Type: "AWS::Lambda::Function" },
      Long: { Type: "AWS::Lambda::Function", Properties: {} },
    };
    const names = () =>
      load({ ["S".repeat(60)]: { Resources } })
        .all("AWS::Lambda::Function")
        .map(({ ref }) => ref);
    expect(names()).toEqual(names());
    expect(names()[0]).toBe("mine");
    expect(names().every((name) => name.length <= 64)).toBe(true);
    expect(new Set(names()).size).toBe(3);
  });

  it("brings the account and region that it was made for", () => {
    const Resources = { Topic: { Type: "AWS::SNS::Topic" } };
    const topology = load({ App: { Resources } }, "aws://123456789012/eu-west-1");
    expect(topology.all("AWS::SNS::Topic")[0]?.ref).toBe("arn:aws:sns:eu-west-1:123456789012:App-Topic");
  });

  it.each<[string, unknown, RegExp]>([
    ["an unknown function", { "Fn::Transform": {} }, /Fn::Transform, which the local cloud does not know/],
    ["an unknown resource", { Ref: "Nothing" }, /has no resource Nothing/],
    ["an import of nothing", { "Fn::ImportValue": "nothing" }, /imports nothing, which no stack exports/],
  ])("stops the start at %s", (_what, value, sentence) => {
    expect(() => resolved(value)).toThrow(CannotStart);
    expect(() => resolved(value)).toThrow(sentence);
  });

  it("has to be there", () => expect(() => loadTopology(scratch(), "")).toThrow(/run `cdk synth` first/));
});
