import { describe, it } from "vitest";
import type { Verdict } from "../../../domain/message/facts.ts";
import {
  ATTEMPTS_MAX,
  type ClaimMessage,
  message,
  type Receipt,
  type RecordOutcome,
  type SendOutcome,
} from "../../../domain/message/message.ts";
import type { MessageEvent } from "../../../events/message.ts";
import { HOUR_MS, instantAfter, MINUTE_MS, NOW } from "../../support/clock.ts";
import { given } from "../../support/given.ts";
import { request, requested } from "./samples.ts";

const at = (minutes: number) => instantAfter(minutes * MINUTE_MS);
const go: Verdict = { kind: "go" };
const skip: Verdict = { kind: "skip", reason: "subject_changed" };

const claim = (minutes: number, verdict: Verdict = go, fence = "f1"): ClaimMessage => ({
  type: "message.claim",
  at: at(minutes),
  data: { verdict, fence, until: at(minutes + 2) },
});
const record = (minutes: number, outcome: SendOutcome, fence = "f1"): RecordOutcome => ({
  type: "message.record",
  at: at(minutes),
  data: { fence, outcome, retryAt: at(minutes + 10) },
});
const receive = (receipt: Receipt) => ({ type: "message.receive" as const, at: at(5), data: receipt });
const resume = (minutes: number) => ({ type: "message.resume" as const, at: at(minutes), data: {} });

const claimed: MessageEvent = {
  type: "message.claimed",
  at: NOW,
  data: { messageId: "msg_1", fence: "f1", until: at(2) },
};
const unknown = (retryAt?: string): MessageEvent => ({
  type: "message.unknown",
  at: at(1),
  data: { messageId: "msg_1", template: "order-confirmation", ...(retryAt && { retryAt }) },
});
const sent: MessageEvent = {
  type: "message.sent",
  at: at(1),
  data: { messageId: "msg_1", channel: "email", template: "order-confirmation", providerId: "p-1" },
};
const deferred: MessageEvent = {
  type: "message.deferred",
  at: NOW,
  data: { messageId: "msg_1", until: at(60), reason: "capped" },
};
const reminder = requested({ delivery: "at_most_once", template: "unpaid-reminder" });
const accepted: SendOutcome = { kind: "accepted", providerId: "p-1" };

describe("a message", () => {
  it("is asked for once", () => {
    given(message).when({ type: "message.request", at: NOW, data: request() }).isDecided("message.requested");
    given(message, requested(), sent).when({ type: "message.request", at: NOW, data: request() }).changesNothing();
  });

  it("that nobody asked for cannot be sent", () => given(message).when(claim(0)).isRejected("message_not_found"));

  it("is claimed by one sender at a time", () =>
    given(message, requested())
      .when(claim(0))
      .isDecided({ type: "message.claimed", data: { fence: "f1" } })
      .when(claim(1, go, "f2"))
      .changesNothing()
      .leaves({ status: "claimed", fence: "f1", attempts: 1 }));

  it("may be claimed in another form, and is of that form from then on", () => {
    const promo = { template: "unpaid-reminder", variant: "with_promo", purpose: "marketing" } as const;
    const [asked, lost] = [{ ...promo, delivery: "at_most_once", params: { promoCode: "KOLO5" } } as const, at(3)];
    const form = { variant: "plain", purpose: "transactional" } as const;
    const reshaping = { ...form, from: "with_promo", reason: "capped" } as const;
    const { at: now, data, type } = claim(0);
    given(message, requested(asked))
      .when({ type, at: now, data: { ...data, reshaping } })
      .isDecided({ type: "message.reshaped", data: reshaping }, { type: "message.claimed", data: { fence: "f1" } })
      .leaves({
        status: "claimed",
        attempts: 1,
        request: request({ ...promo, delivery: "at_most_once", ...form, passedOver: { with_promo: "capped" } }),
      })
      .when({ type, at: lost, data: { ...data, reshaping } })
      .isDecided("message.unknown");
  });

  it("is left for a reason, or waits, as its gates say", () => {
    given(message, requested())
      .when(claim(0, skip))
      .isDecided({ type: "message.skipped", data: { reason: "subject_changed" } });
    given(message, requested())
      .when(claim(0, { kind: "defer", until: at(60), reason: "capped" }))
      .isDecided({ type: "message.deferred", data: { until: at(60) } });
  });

  it("that waits is taken when its time has come, and not before", () => {
    given(message, requested(), deferred).when(claim(59)).changesNothing();
    given(message, requested(), deferred).when(resume(59)).changesNothing();
    given(message, requested(), deferred).when(claim(60)).isDecided("message.claimed");
    given(message, requested(), deferred).when(resume(60)).isDecided("message.resumed").leaves({ status: "requested" });
  });

  it("that the provider took was sent", () =>
    given(message, requested(), claimed)
      .when(record(1, accepted))
      .isDecided("message.sent")
      .leaves({ status: "sent", providerId: "p-1" }));

  it("that the provider will never take has failed", () =>
    given(message, requested(), claimed)
      .when(record(1, { kind: "permanent", reason: "ses:MessageRejected" }))
      .isDecided({ type: "message.failed", data: { reason: "ses:MessageRejected" } }));

  it("that the provider could not take now waits", () =>
    given(message, requested(), claimed)
      .when(record(1, { kind: "transient", reason: "ses:Throttling" }))
      .isDecided({ type: "message.deferred", data: { until: at(11), reason: "throttled" } }));

  it("without an answer is tried again when it is a receipt, and never when it is not", () => {
    const lost: SendOutcome = { kind: "unknown", reason: "ses:TimeoutError" };
    given(message, requested(), claimed)
      .when(record(1, lost))
      .isDecided({ type: "message.unknown", data: { retryAt: at(11) } })
      .when(resume(10))
      .changesNothing()
      .when(resume(11))
      .isDecided("message.resumed");
    given(message, reminder, claimed)
      .when(record(1, lost))
      .isDecided("message.unknown")
      .when(resume(600))
      .changesNothing()
      .when(claim(600))
      .changesNothing();
  });

  it("whose sender died is taken again when it is a receipt, and unknown when it is not", () => {
    given(message, requested(), claimed)
      .when(claim(2, go, "f2"))
      .isDecided({ type: "message.claimed", data: { fence: "f2" } })
      .leaves({ attempts: 2, maybeSent: true });
    given(message, reminder, claimed)
      .when(claim(2, go, "f2"))
      .isDecided("message.unknown");
  });

  it("that may have gone is never told to be skipped", () =>
    given(message, requested(), claimed, unknown(at(11)))
      .when(claim(11, skip))
      .isDecided("message.unknown"));

  it("hears nothing from a sender whose claim is over, but that it went", () => {
    const taken: MessageEvent = { ...claimed, data: { messageId: "msg_1", fence: "f2", until: at(9) } } as MessageEvent;
    given(message, requested(), claimed, taken)
      .when(record(3, { kind: "permanent", reason: "late" }))
      .changesNothing();
    given(message, requested(), claimed, taken).when(record(3, accepted)).isDecided("message.sent");
    given(message, reminder, claimed, unknown()).when(record(3, accepted)).isDecided("message.sent");
  });

  it("is given up after so many attempts", () => {
    const attempts = Array.from({ length: ATTEMPTS_MAX }, (): MessageEvent[] => [claimed, deferred]).flat();
    given(message, requested(), ...attempts)
      .when(claim(60))
      .isDecided({ type: "message.failed", data: { reason: "attempts_exhausted" } });
  });
});

describe("a receipt", () => {
  it.each(["accepted", "delivered"] as const)("that it was %s settles what is unknown", (kind) => {
    const receipt: Receipt = { kind, providerId: "p-9" };
    given(message, requested(), claimed).when(receive(receipt)).isDecided("message.sent");
    given(message, requested(), claimed, unknown(at(11)))
      .when(receive(receipt))
      .isDecided("message.sent")
      .when(resume(24 * 60))
      .changesNothing();
    given(message, requested(), claimed, sent).when(receive(receipt)).changesNothing().leaves({ providerId: "p-1" });
  });

  it("of a bounce or complaint is told once, and the worse one stays", () => {
    const bounce = (permanent: boolean): Receipt => ({ kind: "bounce", permanent });
    const complaint: Receipt = { kind: "complaint", permanent: true };
    given(message, requested(), claimed, sent)
      .when(receive(bounce(false)))
      .isDecided("message.bounced")
      .when(receive(bounce(true)))
      .isDecided("message.bounced")
      .when(receive(bounce(false)))
      .changesNothing()
      .when(receive(complaint))
      .isDecided("message.bounced")
      .when(receive(bounce(true)))
      .changesNothing()
      .leaves({ status: "bounced", kind: "complaint" });
  });

  it("that SES threw it away is a failure", () =>
    given(message, requested(), claimed, sent)
      .when(receive({ kind: "rejected", reason: "ses:reject" }))
      .isDecided({ type: "message.failed", at: instantAfter(HOUR_MS / 12) }));
});
