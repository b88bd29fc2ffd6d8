import type { SendOutcome } from "../../domain/message/message.ts";
import type { ChannelProvider } from "../../functions/adapters/channel-provider.ts";
import { MESSAGE_TAG } from "../../functions/adapters/channels/ses-receipts.ts";
import type { Alert, Alerts } from "../../functions/shell/alerts.ts";
import type { Bucket } from "../../functions/shell/bucket.ts";
import { memoryBucket } from "../support/receiving.ts";
import { type Ground, type Invocation, outside, type Process } from "./process.ts";
import type { Queue } from "./queue.ts";

/** A mail that left. */
export interface Sent {
  messageId: string;
  to: string;
  at: string;
}

const THROTTLED = "mail throttled";
/** How late SES reports, at most. */
const RECEIPT_MS = 20 * 60_000;
/** Reports that are lost on their way, and reports that come twice. */
const RECEIPT_LOST_SHARE = 0.1;

/** A mail provider whose answers get lost: the mail may have left, or not, and a report may tell later. */
export class Post {
  readonly sent: Sent[] = [];
  /** Every call, with the invocation that made it: one that was struck may not have recorded what came of it. */
  readonly calls: { messageId: string; invocation: Invocation }[] = [];
  /** Addresses that bounce for good; who hears when Kolo has taken that in. */
  readonly closed = new Map<string, { bounced(at: string): void; known(at: string): void }>();
  /** Calls that SES will not take yet. */
  busyFor = 0;
  readonly #ground: Ground;
  readonly #receipts: () => Queue;

  constructor(ground: Ground, receipts: () => Queue) {
    this.#ground = ground;
    this.#receipts = receipts;
  }

  /** Whether SES would not take a message when it came. */
  heldUp(messageId: string): boolean {
    return this.calls.some((call) => call.messageId === messageId && call.invocation.faults.includes(THROTTLED));
  }

  /** How many calls about a message may have ended without a record of them. */
  doubtsAbout(messageId: string): number {
    return this.calls.filter((call) => call.messageId === messageId && call.invocation.faults.length > 0).length;
  }

  of(process: Process): ChannelProvider {
    return {
      send: (messageId, { to }) =>
        outside(
          this.#ground,
          process,
          "mail.send",
          (invocation) => {
            this.calls.push({ messageId, invocation });
            return this.#send(messageId, to, invocation.faults);
          },
          (): SendOutcome => ({ kind: "unknown", reason: "ses:TimeoutError" }),
        ),
    };
  }

  #send(messageId: string, to: string, struck: string[]): SendOutcome {
    const { faults, random, loop } = this.#ground;
    if (this.busyFor > 0 || faults.strikes("throttle")) {
      this.busyFor -= 1;
      struck.push(THROTTLED);
      return { kind: "transient", reason: "ses:Throttling" };
    }
    const isLost = faults.strikes("lostAnswer");
    const isKept = !isLost || random.chance(0.5);
    if (isKept) {
      this.sent.push({ messageId, to, at: loop.now() });
      this.#report(messageId, to);
    }
    if (!isLost) return { kind: "accepted", providerId: `ses-${this.sent.length}` };
    struck.push(isKept ? "lost answer of a mail that left" : "lost answer of a mail that did not leave");
    return { kind: "unknown", reason: "ses:TimeoutError" };
  }

  /** SES tells the topic what became of a mail. */
  #report(messageId: string, to: string): void {
    const { loop, faults, random } = this.#ground;
    const mail = { messageId: `ses-${this.sent.length}`, timestamp: loop.now(), tags: { [MESSAGE_TAG]: [messageId] } };
    const closed = this.closed.get(to);
    const end = closed ? "Bounce" : "Delivery";
    for (const eventType of ["DeliveryDelay", end]) {
      if (eventType !== "Bounce" && faults.isOn && random.chance(RECEIPT_LOST_SHARE)) {
        faults.count("receipt", "lost");
        continue;
      }
      for (let time = 0; time < (faults.strikes("twice") ? 2 : 1); time += 1) {
        const event = {
          eventType,
          mail,
          ...(eventType === "Bounce" && { bounce: { bounceType: "Permanent", timestamp: loop.now() } }),
        };
        closed?.bounced(loop.now());
        const done = eventType === "Bounce" ? () => closed?.known(loop.now()) : undefined;
        loop.after(random.below(RECEIPT_MS), () => this.#receipts().send(event, done), true);
      }
    }
  }
}

/** The topic of finance: an alert may be told twice. */
export class Topic {
  readonly told: Alert[] = [];
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  of(process: Process): Alerts {
    return {
      publish: (alert) =>
        outside(this.#ground, process, "alerts.publish", (invocation) => {
          const { faults } = this.#ground;
          if (faults.strikes("throttle")) {
            invocation.faults.push("topic out of order");
            throw new Error("The topic is out of order.");
          }
          this.told.push(alert);
          if (!faults.strikes("lostAnswer")) return;
          invocation.faults.push("lost answer of the topic");
          throw new Error("The topic did not answer.");
        }),
    };
  }
}

/** The bucket: what was put may be put again. */
export class SimBucket {
  readonly #objects = memoryBucket();
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  of(process: Process): Bucket {
    const call = <T>(site: string, effect: () => Promise<T>) =>
      outside(this.#ground, process, site, async (invocation) => {
        if (this.#ground.faults.strikes("lostAnswer")) {
          invocation.faults.push("bucket out of order");
          await effect();
          throw new Error("The bucket did not answer.");
        }
        return effect();
      });
    return {
      put: (key, bytes) => call("bucket.put", () => this.#objects.put(key, bytes)),
      get: (key) => call("bucket.get", () => this.#objects.get(key)),
    };
  }
}
