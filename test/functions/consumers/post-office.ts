import type { SendOutcome } from "../../../domain/message/message.ts";
import type { OutgoingMessage } from "../../../functions/adapters/channel-provider.ts";
import type { MemoryTable } from "../../support/memory-table.ts";

/** A mail that arrived in somebody's inbox. */
export interface Mail extends OutgoingMessage {
  key: string;
}

/** What the provider does with the next mail: keeps it or not, and what it answers; `dies` = our process does. */
export interface Behaviour {
  keeps: boolean;
  answers: SendOutcome | "dies";
}

/** An id as SES gives it. */
export const PROVIDER_ID = "0107019a9f3c2b1d-1f6c9a52-7b1e-4c55-9a0f-2d3b4c5d6e7f-000000";

const accepts: Behaviour = { keeps: true, answers: { kind: "accepted", providerId: PROVIDER_ID } };

/** A mail provider with a mailbox: it takes every mail unless it is told otherwise. */
export class PostOffice {
  readonly mailbox: Mail[] = [];
  readonly next: Behaviour[] = [];
  /** What happens elsewhere while the answer is on its way. */
  meanwhile: (() => Promise<void>) | undefined;

  async send(key: string, message: OutgoingMessage): Promise<SendOutcome> {
    const { keeps, answers } = this.next.shift() ?? accepts;
    if (keeps) this.mailbox.push({ key, ...message });
    await this.meanwhile?.();
    if (answers === "dies") throw new Error("The process died.");
    return answers;
  }
}

/** A process that dies at a write: after so many good ones, before or after it is done. */
export interface WriteFault {
  after: number;
  done: boolean;
}

/** A table at whose writes the process may die. */
export const dyingAt =
  (faults: WriteFault[]) =>
  (memory: MemoryTable): MemoryTable => ({
    ...memory,
    async write(writes) {
      const [fault] = faults;
      if (!fault || fault.after > 0) {
        if (fault) fault.after -= 1;
        return memory.write(writes);
      }
      faults.shift();
      if (fault.done) await memory.write(writes);
      throw new Error("The process died.");
    },
  });
