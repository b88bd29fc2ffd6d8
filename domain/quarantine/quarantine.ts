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
  /** The provider's own id of what it is about. */
  subject?: string;
  source?: string;
  /** Why it could not be used, as of the last attempt. */
  reason: string;
  /** Where it is wrong, as of the last attempt, if that is known. */
  fields?: string[];
  bytes: number;
  place: RawPlace;
}

interface Kept extends KeptDelivery {
  keptAt: Instant;
  /** How often it was read again. */
  replays: number;
}

/** An authentic delivery that could not be used; it waits until somebody replays or dismisses it. */
export type Quarantine =
  | { status: "absent" }
  | ({ status: "kept" } & Kept)
  | ({ status: "dismissed"; dismissedAt: Instant } & Kept)
  | ({ status: "replayed"; replayedAt: Instant; dismissedAt?: Instant } & Kept);

export type KnownQuarantine = Exclude<Quarantine, { status: "absent" }>;

/** Keep a delivery. */
export type KeepDelivery = Command<"quarantine.keep", KeptDelivery>;
/** It was read again: saved, or refused for a reason. */
export type SettleReplay = Command<"quarantine.settle", { reason?: string; fields?: string[] }>;
/** It is dealt with: hopeless, or answered outside of Kolo. */
export type DismissDelivery = Command<"quarantine.dismiss", object>;
export type QuarantineCommand = KeepDelivery | SettleReplay | DismissDelivery;

const NOT_FOUND = "There is no such delivery in quarantine.";

/** What waits for a person: the same delivery is kept once, however often it comes. */
export const quarantine: Decider<Quarantine, QuarantineCommand, QuarantineEvent> = {
  initial: { status: "absent" },
  decide(command, state) {
    switch (command.type) {
      case "quarantine.keep":
        return state.status === "absent" ? [{ type: "delivery.quarantined", at: command.at, data: command.data }] : [];
      case "quarantine.settle":
        return settle(command, state);
      case "quarantine.dismiss":
        return dismiss(command, state);
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
      case "delivery.dismissed":
        return { ...state, status: "dismissed", dismissedAt: event.at };
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
  if (state.status === "absent") reject("quarantine_not_found", NOT_FOUND);
  if (state.status === "replayed") return [];
  const { quarantineId, hookId } = state;
  if (reason === undefined) return [{ type: "delivery.replayed", at, data: { quarantineId, hookId } }];
  return [{ type: "delivery.replay_failed", at, data: { quarantineId, hookId, reason, ...(fields && { fields }) } }];
}

function dismiss({ at }: DismissDelivery, state: Quarantine): QuarantineEvent[] {
  if (state.status === "absent") reject("quarantine_not_found", NOT_FOUND);
  if (state.status === "replayed") reject("already_replayed", "A replay has read it and saved what it says.");
  if (state.status === "dismissed") return [];
  const { quarantineId, hookId } = state;
  return [{ type: "delivery.dismissed", at, data: { quarantineId, hookId } }];
}
