import { describe, expect, it } from "vitest";
import type { OutgoingMessage } from "../../../../functions/adapters/channel-provider.ts";
import { mimeOf, outcomeOf } from "../../../../functions/adapters/channels/ses.ts";
import { NOW } from "../../../support/clock.ts";

const failure = (name: string, httpStatusCode?: number, code?: string) =>
  Object.assign(new Error("It failed."), { name, ...(code && { code }), $metadata: { httpStatusCode } });

describe("an answer of SES", () => {
  it.each([
    ["MessageRejected", 400, "permanent"],
    ["InvalidParameterValue", 400, "permanent"],
    ["Throttling", 400, "transient"],
    ["AccountSendingPausedException", 400, "transient"],
    ["AccessDenied", 403, "transient"],
    ["ConfigurationSetDoesNotExistException", 400, "transient"],
    ["InternalFailure", 500, "unknown"],
    ["ServiceUnavailable", 503, "unknown"],
    ["TimeoutError", undefined, "unknown"],
    ["AbortError", undefined, "unknown"],
    ["CredentialsProviderError", undefined, "transient"],
  ])("%s (%s) is %s", (name, status, kind) => {
    expect(outcomeOf(failure(name, status))).toEqual({ kind, reason: `ses:${name}` });
  });

  it("that never came is unknown, unless the call never left", () => {
    expect(outcomeOf(failure("Error", undefined, "ECONNRESET"))).toMatchObject({ kind: "unknown" });
    expect(outcomeOf(failure("Error", undefined, "ECONNREFUSED"))).toMatchObject({ kind: "transient" });
  });
});

const letter = (part: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  to: "olena@example.com",
  fromName: "Квіти, «Kvitka»",
  subject: "Замовлення прийнято",
  html: "<p>Дякуємо</p>",
  text: "Дякуємо",
  purpose: "transactional",
  at: NOW,
  ...part,
});

const mime = async (part: Partial<OutgoingMessage> = {}) => {
  const [head = "", ...body] = (await mimeOf("msg_1", letter(part), "shop@kolo.test"))
    .toString("ascii")
    .split("\r\n\r\n");
  return { head, body: body.join("\r\n\r\n") };
};

describe("a mail", () => {
  it("is plain text and HTML, in ASCII on the wire", async () => {
    const { head, body } = await mime();
    expect(head).toMatch(/^Content-Type: multipart\/alternative;/m);
    expect(body).toMatch(/text\/plain; charset=utf-8[\s\S]+text\/html; charset=utf-8/);
    expect((await mimeOf("msg_1", letter(), "shop@kolo.test")).every((byte) => byte < 128)).toBe(true);
  });

  it("is from the store by the deployment's sender, and dated by the clock", async () => {
    const { head } = await mime();
    expect(head).toMatch(/^From: =\?UTF-8\?.+ <shop@kolo\.test>$/m);
    expect(head).toMatch(/^Date: Fri, 20 Nov 2026 12:00:00 \+0000$/m);
    expect(head).toMatch(/^Message-ID: <msg_1@kolo\.test>$/im);
  });

  it("lets people unsubscribe from marketing, and from nothing else", async () => {
    expect((await mime({ purpose: "marketing" })).head).toContain("List-Unsubscribe: <mailto:shop@kolo.test");
    expect((await mime()).head).not.toContain("List-Unsubscribe");
  });

  it("cannot be given another header by its subject", async () => {
    const { head } = await mime({ subject: "Hello\r\nBcc: all@example.com" });
    expect(head).not.toMatch(/^Bcc:/m);
  });
});
