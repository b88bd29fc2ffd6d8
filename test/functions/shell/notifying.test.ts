import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { alerts } from "../../../functions/shell/alerts.ts";
import { atExpression, scheduler } from "../../../functions/shell/scheduler.ts";
import { plan, replan, wakes } from "../../../functions/shell/wake.ts";
import { NOW } from "../../support/clock.ts";
import { world } from "../../support/world.ts";

/** What AWS would hold: schedules by path, and what was published. */
const schedules = new Map<string, Record<string, unknown>>();
const published: URLSearchParams[] = [];
let trouble: number | undefined;

const refuse = (status: number, type: string) => ({ status, type, body: JSON.stringify({ Message: type }) });

function answer(method: string, url: string, body: string) {
  if (trouble !== undefined) return refuse(trouble, "InternalServerException");
  if (url === "/") {
    published.push(new URLSearchParams(body));
    const result = "<PublishResult><MessageId>m-1</MessageId></PublishResult>";
    return {
      status: 200,
      body: `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${result}</PublishResponse>`,
    };
  }
  const [path = ""] = url.split("?");
  if (method === "POST" && schedules.has(path)) return refuse(409, "ConflictException");
  if (method === "DELETE" && !schedules.delete(path)) return refuse(404, "ResourceNotFoundException");
  if (method === "POST") schedules.set(path, JSON.parse(body));
  return { status: 200, body: "{}" };
}

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const given = answer(request.method ?? "", request.url ?? "", Buffer.concat(chunks).toString());
  response.writeHead(given.status, { ...("type" in given && { "x-amzn-errortype": given.type }) }).end(given.body);
});

beforeAll(async () => {
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await new Promise((done) => server.close(done));
});
afterEach(() => {
  schedules.clear();
  published.length = 0;
  trouble = undefined;
});

const env = { SCHEDULE_GROUP: "one-shots", SCHEDULER_ROLE_ARN: "arn:role", WAKE_QUEUE_ARN: "arn:queue" };
const { runtime } = world({ env });
const shot = {
  name: "mis_1",
  at: "2026-11-20T12:15:00.250Z",
  target: { arn: "arn:queue", input: { mismatchId: "mis_1" } },
};

describe("a one-shot schedule", () => {
  it("carries its input to its target once, and deletes itself", async () => {
    await runtime.get(scheduler).schedule(shot);
    expect(schedules.get("/schedules/mis_1")).toMatchObject({
      GroupName: "one-shots",
      ScheduleExpression: "at(2026-11-20T12:15:01)",
      ScheduleExpressionTimezone: "UTC",
      ActionAfterCompletion: "DELETE",
      Target: { Arn: "arn:queue", RoleArn: "arn:role", Input: '{"mismatchId":"mis_1"}' },
    });
  });

  it("is never before its time, and soon when its time has passed", () => {
    expect(atExpression("2026-11-20T12:00:07.001Z", NOW)).toBe("at(2026-11-20T12:00:08)");
    expect(atExpression("2026-11-20T12:00:07.000Z", NOW)).toBe("at(2026-11-20T12:00:07)");
    expect(atExpression("2026-11-19T12:00:00.000Z", NOW)).toBe("at(2026-11-20T12:00:01)");
  });

  it("is made once and may be cancelled twice", async () => {
    const port = runtime.get(scheduler);
    await port.schedule(shot);
    await port.schedule({ ...shot, at: "2026-11-20T13:00:00.000Z" });
    expect([...schedules.values()]).toMatchObject([{ ScheduleExpression: "at(2026-11-20T12:15:01)" }]);
    await port.cancel("mis_1");
    await port.cancel("mis_1");
    expect(schedules.size).toBe(0);
  });

  it("that could not be made or cancelled is a fault", async () => {
    const port = runtime.get(scheduler);
    trouble = 500;
    await expect(port.schedule(shot)).rejects.toThrow();
    await expect(port.cancel("mis_1")).rejects.toThrow();
  });
});

describe("a planned look", () => {
  const look = { subject: "mis_1", dueAt: "2026-11-20T12:15:00.000Z" };

  it("is planned once for the time that it is due, and forgotten by that time", async () => {
    const port = runtime.get(wakes);
    await plan(port, look, { mismatchId: "mis_1" });
    await plan(port, look, { mismatchId: "mis_1" });
    expect([...schedules.values()]).toMatchObject([{ Target: { Arn: "arn:queue" } }]);
    await plan(port, { subject: "mis_1", forget: look.dueAt }, {});
    expect(schedules.size).toBe(0);
  });

  it("that came too early is planned beside the schedule that brought it", async () => {
    const port = runtime.get(wakes);
    await plan(port, look, {});
    await replan(port, look, { message: {}, now: NOW });
    const names = [...schedules.keys()].map((path) => path.slice("/schedules/".length));
    expect(names).toHaveLength(2);
    for (const name of names) expect(name).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/);
  });
});

describe("an alert", () => {
  it("reaches the topic with what subscriptions filter by", async () => {
    const attributes = { kind: "currency", severity: "urgent" };
    await runtime.get(alerts).publish({ subject: "Kolo urgent: currency", message: "Замовлення", attributes });
    const [sent] = published;
    expect(sent?.get("TopicArn")).toBe("arn:aws:sns:eu-central-1:000000000000:finance-alerts");
    expect([sent?.get("Subject"), sent?.get("Message")]).toEqual(["Kolo urgent: currency", "Замовлення"]);
    expect(sent?.get("MessageAttributes.entry.1.Name")).toBe("kind");
    expect(sent?.get("MessageAttributes.entry.2.Value.StringValue")).toBe("urgent");
  });
});
