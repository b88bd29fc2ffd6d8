import { ListExecutionsCommand, StartSyncExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { inbox, machineArn, startMachine as start, task } from "./service-machine.ts";

describe("the name of a standard execution", () => {
  it("gives the same execution to the same input while it runs, and is taken for another", async () => {
    await using cloud = await start({ A: { Type: "Wait", Seconds: 60, End: true } });
    const first = await cloud.begin({ n: 1 }, "once");
    expect((await cloud.begin({ n: 1 }, "once")).executionArn).toBe(first.executionArn);
    await expect(cloud.begin({ n: 2 }, "once")).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    const { executions } = await cloud.client.send(new ListExecutionsCommand({ stateMachineArn: machineArn }));
    expect(executions).toMatchObject([{ name: "once", status: "RUNNING" }]);
  });
});

describe("an express execution", () => {
  it("runs again from its last state when a kill cut it short", async () => {
    let calls = 0;
    const handlers = { work: () => ++calls };
    const before = await start({ A: task() }, { express: true, handlers });
    await before.begin({});
    await before[Symbol.asyncDispose]();
    await using after = await start({ A: task() }, { express: true, handlers, engine: before.engine });
    await after.engine.settle();
    expect(calls).toBe(1);
    expect(after.view("executions")).toMatchObject([{ status: "SUCCEEDED" }]);
  });

  it("answers at once when it is started in sync", async () => {
    await using cloud = await start({ A: task() }, { express: true, handlers: { work: () => ({ ok: true }) } });
    const command = new StartSyncExecutionCommand({ stateMachineArn: machineArn, input: "{}" });
    const [answer] = await Promise.all([
      cloud.client.send(command),
      new Promise((done) => setTimeout(done, 50)).then(() => cloud.engine.settle()),
    ]);
    expect(answer).toMatchObject({ status: "SUCCEEDED", output: '{"ok":true}' });
  });

  it("times out after five minutes", async () => {
    await using cloud = await start({ A: { Type: "Wait", Seconds: 600, End: true } }, { express: true });
    await cloud.begin({});
    await cloud.engine.advance(300_000);
    expect(cloud.view("executions")).toMatchObject([{ status: "TIMED_OUT" }]);
  });
});

it("the state machine service asks IAM for the machine and for each task's action", async () => {
  const send = { QueueUrl: inbox.ref, MessageBody: "a" };
  await using cloud = await start({
    A: { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage", Parameters: send, End: true },
  });
  await cloud.run({});
  expect(cloud.permissions.slice(0, 2)).toEqual([
    { action: "states:StartExecution", resource: machineArn },
    { action: "sqs:SendMessage", resource: inbox.arn },
  ]);
});
