import type { MessageFacts, Verdict } from "../facts.ts";
import type { Gate } from "../gate.ts";
import { address } from "./address.ts";
import { automations } from "./automations.ts";
import { cap } from "./cap.ts";
import { consent } from "./consent.ts";
import { quietHours } from "./quiet-hours.ts";
import { restored } from "./restored.ts";
import { subject } from "./subject.ts";
import { suppression } from "./suppression.ts";
import { testMode } from "./test-mode.ts";

/** Every gate, in the order in which they are asked: reasons that last come before those that pass. */
export const gates: readonly Gate[] = [
  subject,
  automations,
  restored,
  address,
  testMode,
  suppression,
  consent,
  cap,
  quietHours,
];

/** The first gate that has something against it decides. */
export function judge(facts: MessageFacts): Verdict {
  for (const gate of gates) {
    const verdict = gate.judge(facts);
    if (verdict) return verdict;
  }
  return { kind: "go" };
}
