import type { QuarantineEvent, RawPlace } from "../../events/quarantine.ts";
import type { Instant } from "../../events/values.ts";
import type { Command, Decider } from "../kernel/decider.ts";
import { reject, unreachable } from "../kernel/rejection.ts";

/** A delivery as it is kept. */
export interface KeptDelivery {
  quarantineId: string;
  hookId: string;
  storeId: string;
  provider: string;
  topic?: string;
  source?: string;
  /** Why it could not be used, as of the last attempt. */
  reason: string;
  /** Where it is wrong, as of the last attempt, if that is known. */
  fields?: string[];
  bytes: number;
  place: RawPlace;
}

/** An authentic delivery that could not be used; kept until somebody replays it. */
export type Quarantine =
  | { status: "absent" }
  | ({ status: "kept"; keptAt: Instant; replays: number } & KeptDelivery)
  | ({ status: "replayed"; keptAt: Instant; replays: number; replayedAt: Instant } & KeptDelivery);

export type KnownQuarantine = Exclude<Quarantine, { status: "absent" }>;

/** Keep a delivery. */
export type KeepDelivery = Command<"quarantine.keep", KeptDelivery>;
/** It was read again: saved, or refused for a reason. */
export type SettleReplay = Command<"quarantine.settle", { reason?: string; fields?: string[] }>;
export type QuarantineCommand = KeepDelivery | SettleReplay;

/** What waits for a person: the same delivery is kept once, however often it comes. */
export const quarantine: Decider<Quarantine, QuarantineCommand, QuarantineEvent> = {
  initial: { status: "absent" },
  decide(command, state) {
    switch (command.type) {
      case "quarantine.keep":
        return state.status === "absent" ? [{ type: "delivery.quarantined", at: command.at, data: command.data }] : [];
      case "quarantine.settle":
        return settle(command, state);
      default:
        return unreachable(command);
    }
  },
  evolve(state, event) {
    if (event.type === "delivery.quarantined") return { status: "kept", keptAt: event.at, replays: 0, ...event.data };
    if (state.status === "absent") return state;
    switch (event.type) {
      case "delivery.replayed":
        return { ...state, status: "replayed", replayedAt: event.at, replays: state.replays + 1 };
      case "delivery.replay_failed": {
        const { reason, fields } = event.data;
        const { fields: _, ...rest } = state;
        return { ...rest, reason, ...(fields && { fields }), replays: state.replays + 1 };
      }
      default:
        return unreachable(event);
    }
  },
};

function settle({ at, data: { reason, fields } }: SettleReplay, state: Quarantine): QuarantineEvent[] {
  if (state.status === "absent") reject("quarantine_not_found", "There is no such delivery in quarantine.");
  if (state.status === "replayed") return [];
  const { quarantineId, hookId } = state;
  if (reason === undefined) return [{ type: "delivery.replayed", at, data: { quarantineId, hookId } }];
  return [{ type: "delivery.replay_failed", at, data: { quarantineId, hookId, reason, ...(fields && { fields }) } }];
}
