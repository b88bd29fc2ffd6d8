import { ListExecutionsCommand, StartSyncExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { arn } from "./service-harness.ts";
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
  it("goes on from its last state when a kill cut it short", async () => {
    const ran: string[] = [];
    const machine = (work: () => unknown) => {
      const handlers = { work, first: () => ran.push("first") };
      const first = { Type: "Task", Resource: arn("lambda", "function:first"), Next: "B" };
      return { states: { A: first, B: task() }, options: { express: true, handlers } };
    };
    let reached = () => {};
    const inSecond = new Promise<void>((resolve) => (reached = resolve));
    const killed = machine(() => new Promise(reached));
    const before = await start(killed.states, killed.options);
    await before.begin({});
    void before.engine.settle();
    await inSecond;
    await before[Symbol.asyncDispose]();
    const { states, options } = machine(() => ran.push("second"));
    await using after = await start(states, { ...options, engine: before.engine });
    await after.engine.settle();
    expect(ran).toEqual(["first", "second"]);
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
