import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ses } from "../../../../functions/adapters/channels/ses.ts";
import { NOW } from "../../../support/clock.ts";
import { world } from "../../../support/world.ts";

const message = {
  to: "olena@example.com",
  fromName: "Kvitka",
  subject: "Hello",
  html: "<p>Hello</p>",
  text: "Hello",
  purpose: "transactional" as const,
  at: NOW,
};

const XML = {
  ok: `<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult>
    <MessageId>ses-1</MessageId></SendRawEmailResult></SendRawEmailResponse>`,
  error: (code: string) =>
    `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code>
    <Message>No.</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
};

describe("the SES client", () => {
  const calls: URLSearchParams[] = [];
  let answer: { status: number; body: string } | "hangs up" = { status: 200, body: XML.ok };
  let server: Server;
  const before = { ...process.env };

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        calls.push(new URLSearchParams(Buffer.concat(chunks).toString()));
        if (answer === "hangs up") response.destroy();
        else response.writeHead(answer.status, { "content-type": "text/xml" }).end(answer.body);
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const credentials = { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
    Object.assign(process.env, { AWS_ENDPOINT_URL_SES: `http://127.0.0.1:${port}`, ...credentials });
  });

  afterAll(() => {
    process.env = before;
    server.close();
  });

  /** Sends one mail to a server that answers so; says what came of it and how many calls that took. */
  async function send(next: typeof answer) {
    answer = next;
    calls.length = 0;
    const outcome = await ses.create(world().runtime).send("msg_1", message);
    return { ...outcome, calls: calls.length };
  }

  it("makes one call, with the message's id as a tag that comes back with its receipts", async () => {
    expect(await send({ status: 200, body: XML.ok })).toEqual({ kind: "accepted", providerId: "ses-1", calls: 1 });
    const call = Object.fromEntries(calls[0] ?? []);
    expect(call).toMatchObject({
      Action: "SendRawEmail",
      Source: "shop@kolo.test",
      "Destinations.member.1": "olena@example.com",
      ConfigurationSetName: "mail",
      "Tags.member.1.Name": "messageId",
      "Tags.member.1.Value": "msg_1",
    });
    expect(Buffer.from(call["RawMessage.Data"] ?? "", "base64").toString()).toContain("multipart/alternative");
  });

  it.each([
    ["is too busy", { status: 400, body: XML.error("Throttling") }, "transient"],
    ["refuses the mail", { status: 400, body: XML.error("MessageRejected") }, "permanent"],
    ["breaks", { status: 500, body: XML.error("InternalFailure") }, "unknown"],
    ["hangs up", "hangs up" as const, "unknown"],
  ])("never repeats a call when SES %s", async (_, next, kind) => {
    expect(await send(next)).toMatchObject({ kind, calls: 1 });
  });
});
