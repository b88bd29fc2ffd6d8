import { AwsError } from "./errors.ts";

/**
 * What can go wrong with the next mails to some addresses: refused, too fast, failed before or after it was accepted,
 * or accepted and never answered.
 */
export const MAIL_FAULTS = ["reject", "throttle", "fail", "accept-then-fail", "accept-then-hang"] as const;

/** One of them. */
export type MailFaultKind = (typeof MAIL_FAULTS)[number];

/** One trouble that a test asked for. */
export interface MailFault {
  /** A part of the recipient's address. */
  address: string;
  kind: MailFaultKind;
  /** How many mails it still hits. */
  times: number;
}

const HANG_MS = 120_000;

/** Troubles of mails, switched on by tests. */
export class MailFaults {
  readonly #faults: MailFault[] = [];
  readonly #hanging = new Set<() => void>();

  list(): readonly MailFault[] {
    return this.#faults;
  }

  failNext(fault: MailFault): void {
    this.#faults.push({ ...fault });
  }

  /** The trouble that hits a mail, if any; it is used up by one. */
  take(recipients: string[]): MailFaultKind | undefined {
    const index = this.#faults.findIndex(({ address }) => recipients.some((recipient) => recipient.includes(address)));
    const fault = this.#faults[index];
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times <= 0) this.#faults.splice(index, 1);
    return fault.kind;
  }

  /** Throws what the caller gets instead of an acceptance. */
  beforeAcceptance(kind: MailFaultKind | undefined): void {
    if (kind === "reject") throw new AwsError("MessageRejected", "The message was rejected by an injected fault.");
    if (kind === "throttle") throw new AwsError("Throttling", "Maximum sending rate exceeded.");
    if (kind === "fail") throw new AwsError("InternalFailure", "An injected fault before acceptance.", 500);
  }

  /** Takes the answer away from an accepted mail. */
  async afterAcceptance(kind: MailFaultKind | undefined): Promise<void> {
    if (kind === "accept-then-fail") throw new AwsError("InternalFailure", "An injected fault after acceptance.", 500);
    if (kind === "accept-then-hang") await this.#hang();
  }

  /** Lets go of everybody who still waits for an answer. */
  release(): void {
    for (const resolve of this.#hanging) resolve();
  }

  #hang(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#hanging.delete(done);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, HANG_MS);
      this.#hanging.add(done);
    });
  }
}
