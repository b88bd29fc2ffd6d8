import { DescribeStateMachineCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { bodies } from "./service-harness.ts";
import {
  failing,
  inbox,
  invokeTask,
  machineArn,
  RoleArn,
  startMachine as start,
  task,
  topic,
} from "./service-machine.ts";

const DAY = 86_400_000;

describe("a state machine", () => {
  it("hands data from state to state", async () => {
    await using cloud = await start(
      {
        A: { Type: "Pass", Parameters: { "n.$": "$.n", id: "x" }, Next: "B" },
        B: invokeTask({ ResultSelector: { "twice.$": "$.Payload.twice" }, ResultPath: "$.result" }),
      },
      { handlers: { work: ({ n }: { n: number }) => ({ twice: n * 2 }) } },
    );
    expect(await cloud.run({ n: 21 })).toMatchObject({
      status: "SUCCEEDED",
      output: { n: 21, id: "x", result: { twice: 42 } },
    });
    expect(cloud.stats()).toMatchObject({ executionsStandard: 1, transitionsStandard: 2, succeeded: 1 });
  });

  it("chooses, with a default", async () => {
    const Choices = [{ Variable: "$.total", NumericGreaterThan: 10, Next: "Big" }];
    const result = (Result: string) => ({ Type: "Pass", Result, ResultPath: "$.size", End: true });
    await using cloud = await start({
      A: { Type: "Choice", Choices, Default: "Small" },
      Big: result("big"),
      Small: result("small"),
    });
    expect((await cloud.run({ total: 11 })).output).toEqual({ total: 11, size: "big" });
    expect((await cloud.run({ total: 10 })).output).toEqual({ total: 10, size: "small" });
  });

  it("maps over a list and joins branches", async () => {
    await using cloud = await start(
      {
        A: {
          Type: "Map",
          ItemsPath: "$.list",
          ItemProcessor: { StartAt: "M", States: { M: task() } },
          ResultPath: "$.mapped",
          Next: "P",
        },
        P: {
          Type: "Parallel",
          Branches: [
            { StartAt: "P1", States: { P1: { Type: "Pass", Result: 1, End: true } } },
            { StartAt: "P2", States: { P2: { Type: "Pass", Result: 2, End: true } } },
          ],
          ResultPath: "$.joined",
          End: true,
        },
      },
      { handlers: { work: (n: number) => n + 1 } },
    );
    expect((await cloud.run({ list: [1, 2] })).output).toEqual({ list: [1, 2], mapped: [2, 3], joined: [1, 2] });
    expect(cloud.stats().transitionsStandard).toBe(6);
  });

  it("knows its execution in the context", async () => {
    await using cloud = await start({
      A: { Type: "Pass", Result: 1, Next: "B" },
      B: { Type: "Pass", Parameters: { "name.$": "$$.Execution.Name", "input.$": "$$.Execution.Input.n" }, End: true },
    });
    const { executionArn } = await cloud.begin({ n: 7 }, "run-1");
    await cloud.engine.settle();
    expect((await cloud.look(executionArn)).output).toEqual({ name: "run-1", input: 7 });
  });

  it("fails with the error and the cause of its Fail state", async () => {
    await using cloud = await start({ A: { Type: "Fail", Error: "Nope", Cause: "because" } });
    expect(await cloud.run({})).toMatchObject({ status: "FAILED", error: "Nope", cause: "because" });
  });

  it("refuses to start with what the cloud does not emulate", async () => {
    await using cloud = await start({ A: { Type: "Pass", Assign: { x: 1 }, End: true } });
    await expect(cloud.begin({})).rejects.toThrow("The local cloud cannot run m");
  });

  it("shows its definition", async () => {
    await using cloud = await start({ A: { Type: "Pass", Parameters: { "n.$": "$$.Execution.Name" }, End: true } });
    const described = await cloud.client.send(new DescribeStateMachineCommand({ stateMachineArn: machineArn }));
    expect(described).toMatchObject({ name: "m", type: "STANDARD", roleArn: RoleArn });
    expect(described.definition).toContain("$$.Execution.Name");
  });
});

describe("a wait", () => {
  const waiting = { A: { Type: "Wait", SecondsPath: "$.pause", Next: "B" }, B: { Type: "Pass", End: true } };

  it("ends on the cloud's clock and costs one transition", async () => {
    await using cloud = await start(waiting);
    const { executionArn } = await cloud.begin({ pause: 86_400 });
    await cloud.engine.advance(DAY - 1);
    expect((await cloud.look(executionArn)).status).toBe("RUNNING");
    await cloud.engine.advance(1);
    expect(await cloud.look(executionArn)).toMatchObject({ status: "SUCCEEDED", output: { pause: 86_400 } });
    expect(cloud.stats().transitionsStandard).toBe(2);
  });

  it("survives a restart", async () => {
    const before = await start(waiting);
    const { executionArn } = await before.begin({ pause: 60 });
    await before.engine.settle();
    await before[Symbol.asyncDispose]();
    await using after = await start(waiting, { engine: before.engine });
    await after.engine.advance(60_000);
    expect((await after.look(executionArn)).status).toBe("SUCCEEDED");
  });

  it("until an instant that is past is none", async () => {
    await using cloud = await start({ A: { Type: "Wait", Timestamp: "2026-11-20T09:00:00Z", End: true } });
    expect((await cloud.run({})).status).toBe("SUCCEEDED");
  });

  it("is cut short when the execution is stopped", async () => {
    await using cloud = await start(waiting);
    const { executionArn } = await cloud.begin({ pause: 60 });
    await cloud.engine.settle();
    await cloud.client.send(new StopExecutionCommand({ executionArn, error: "Stopped" }));
    await cloud.engine.advance(DAY);
    expect(await cloud.look(executionArn)).toMatchObject({ status: "ABORTED", error: "Stopped" });
  });
});

describe("a failing task", () => {
  const Retry = [{ ErrorEquals: ["Error"], IntervalSeconds: 10, MaxAttempts: 2, BackoffRate: 2 }];

  it("is tried again on the cloud's clock", async () => {
    await using cloud = await start({ A: task({ Retry }) }, { handlers: { work: failing(2) } });
    const { executionArn } = await cloud.begin({});
    await cloud.engine.advance(29_999);
    expect((await cloud.look(executionArn)).status).toBe("RUNNING");
    await cloud.engine.advance(1);
    expect(await cloud.look(executionArn)).toMatchObject({ status: "SUCCEEDED", output: { calls: 3 } });
  });

  it("is caught with its error and cause when the retries are used up", async () => {
    const Catch = [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "B" }];
    const B = { Type: "Pass", End: true };
    await using cloud = await start({ A: task({ Retry, Catch }), B }, { handlers: { work: failing(9) } });
    const { executionArn } = await cloud.begin({ id: 1 });
    await cloud.engine.advance(60_000);
    const Cause = JSON.stringify({ errorType: "Error", errorMessage: "no luck" });
    expect(await cloud.look(executionArn)).toMatchObject({ output: { id: 1, error: { Error: "Error", Cause } } });
  });

  it("fails the execution with the function's error name when nothing catches it", async () => {
    const Catch = [{ ErrorEquals: ["Other"], Next: "B" }];
    const B = { Type: "Pass", End: true };
    await using cloud = await start(
      { A: invokeTask({ Catch }), B },
      { handlers: { work: failing(9, "PaymentError") } },
    );
    expect(await cloud.run({})).toMatchObject({ status: "FAILED", error: "PaymentError" });
  });
});

describe("a task", () => {
  it("sends to a queue and publishes to a topic as the machine's role", async () => {
    const send = { QueueUrl: inbox.ref, "MessageBody.$": "$" };
    await using cloud = await start({
      A: { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage", Parameters: send, ResultPath: null, Next: "B" },
      B: {
        Type: "Task",
        Resource: "arn:aws:states:::sns:publish",
        Parameters: { TopicArn: topic.arn, Message: { n: 1 }, Subject: "Hi" },
        End: true,
      },
    });
    expect((await cloud.run({ n: 1 })).status).toBe("SUCCEEDED");
    expect(await bodies(new SQSClient(cloud.options), inbox.ref)).toEqual(['{"n":1}']);
    expect(cloud.view("alerts")).toMatchObject([{ subject: "Hi", message: '{"n":1}' }]);
  });

  it("gives the error of the service it calls", async () => {
    const Parameters = { QueueUrl: "http://sqs.test/000000000000/none", MessageBody: "a" };
    await using cloud = await start({
      A: { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage", Parameters, End: true },
    });
    expect(await cloud.run({})).toMatchObject({ status: "FAILED", error: "SQS.QueueDoesNotExist" });
  });
});
