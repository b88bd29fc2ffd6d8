import { setTimeout as pause } from "node:timers/promises";
import { messageOf } from "../errors.ts";
import type { Delivery, Engine, Millis } from "../ports.ts";
import type { Cloud } from "./cloud.ts";

const BACKOFF_FIRST_MS = 1000;
const BACKOFF_MAX_MS = 480_000;
const DENIED = /AccessDenied|NotAuthorized|Unauthorized/;
const MISSING = /NotFound|NotExist|NonExistent|NoSuch/;

type By = Parameters<Delivery["deliver"]>[2];

/** One thing to bring to one target, with what becomes of it when the target refuses. */
export interface Parcel {
  target: string;
  payload: unknown;
  by: By;
  /** Tries after the first one, and how old the parcel may grow. */
  retry: { attemptsMax: number; ageMaxMs: number };
  deadLetter?: { arn: string; body: string; attributes: Record<string, string> };
}

interface Travelling extends Parcel {
  since: Millis;
  tries: number;
}

/** Why a parcel was given up, in the words of EventBridge's dead-letter attributes. */
interface Refusal {
  ERROR_CODE: string;
  ERROR_MESSAGE: string;
  RETRY_ATTEMPTS: string;
  EXHAUSTED_RETRY_CONDITION?: string;
}

/** Brings parcels to targets at least once: durable, with backoff on the cloud's clock, and dead letters at the end. */
export class Deliveries {
  readonly #cloud: Pick<Cloud, "engine" | "delivery" | "log">;
  readonly #kind: string;
  readonly #outcome: (outcome: "delivered" | "failed") => void;
  readonly #delayMs: Millis;

  /** `kind` names this service's work on the list; `outcome` hears how each parcel ended; `delayMs` is its way. */
  constructor(
    cloud: Pick<Cloud, "engine" | "delivery" | "log">,
    kind: string,
    outcome: (outcome: "delivered" | "failed") => void,
    delayMs: Millis = 0,
  ) {
    this.#cloud = cloud;
    this.#kind = kind;
    this.#outcome = outcome;
    this.#delayMs = delayMs;
    cloud.engine.on(kind, (payload) => this.#travel(payload as Travelling));
  }

  /** Accepts a parcel; it is on disk when this returns. */
  send(parcel: Parcel): void {
    const { engine } = this.#cloud;
    engine.enqueue(this.#kind, { ...parcel, since: engine.now(), tries: 0 } satisfies Travelling);
  }

  async #travel(parcel: Travelling): Promise<void> {
    // Still in flight meanwhile, whatever the cloud's clock does.
    if (this.#delayMs > 0) await pause(this.#delayMs);
    try {
      await this.#cloud.delivery.deliver(parcel.target, parcel.payload, parcel.by);
      this.#outcome("delivered");
    } catch (error) {
      await this.#refused(parcel, error);
    }
  }

  async #refused(parcel: Travelling, error: unknown): Promise<void> {
    const { engine } = this.#cloud;
    const code = codeOf(error);
    const retryAt = engine.now() + backoffMs(parcel.tries);
    const condition =
      parcel.tries >= parcel.retry.attemptsMax
        ? "MaximumRetryAttempts"
        : retryAt > parcel.since + parcel.retry.ageMaxMs
          ? "MaximumEventAgeInSeconds"
          : undefined;
    const final = code === "NO_PERMISSIONS" || code === "NO_RESOURCE";
    if (!final && !condition) {
      engine.enqueue(this.#kind, { ...parcel, tries: parcel.tries + 1 } satisfies Travelling, { dueAt: retryAt });
      return;
    }
    await this.#bury(parcel, {
      ERROR_CODE: code,
      ERROR_MESSAGE: messageOf(error),
      RETRY_ATTEMPTS: String(parcel.tries),
      ...(!final && condition && { EXHAUSTED_RETRY_CONDITION: condition }),
    });
  }

  async #bury({ target, by, deadLetter }: Travelling, refusal: Refusal): Promise<void> {
    this.#outcome("failed");
    this.#cloud.log(`${by.service} could not deliver to ${target}: ${refusal.ERROR_CODE} ${refusal.ERROR_MESSAGE}`);
    if (!deadLetter) return;
    const attributes = { ...deadLetter.attributes, ...refusal };
    // The dead-letter queue is reached by its own policy, not by the target's role.
    const { service, sourceArn } = by;
    try {
      await this.#cloud.delivery.deliver(deadLetter.arn, deadLetter.body, {
        service,
        attributes,
        ...(sourceArn && { sourceArn }),
      });
    } catch (error) {
      // AWS drops what its dead-letter queue refuses too.
      this.#cloud.log(`${by.service} lost a dead letter for ${deadLetter.arn}: ${messageOf(error)}`);
    }
  }
}

/** A refusal in dead-letter attributes: a missing grant or target is final, anything else is tried again. */
function codeOf(error: unknown): string {
  const { name = "", code = "" } = (error ?? {}) as { name?: string; code?: string };
  if (DENIED.test(`${name} ${code}`)) return "NO_PERMISSIONS";
  return MISSING.test(`${name} ${code}`) ? "NO_RESOURCE" : "ERROR_FROM_TARGET";
}

function backoffMs(tries: number): number {
  return Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** tries);
}

/** The text for a target: queues take it as it is, everything else takes the JSON value. */
export function payloadFor(target: string, text: string): unknown {
  if (target.startsWith("arn:aws:sqs:") || target.startsWith("arn:aws:sns:")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The instant of the engine in ISO 8601. */
export function isoNow(engine: Engine): string {
  return new Date(engine.now()).toISOString();
}
