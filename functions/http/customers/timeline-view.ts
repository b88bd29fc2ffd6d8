import { toldEvents } from "../../../events/catalog.ts";
import type { StoredEvent } from "../../../events/event.ts";
import type { Caller } from "../../shell/caller.ts";
import { seesPayments } from "./answers.ts";

/** Events that are about money alone. */
const ABOUT_MONEY = /^(payment|mismatch)\.|^order\.(paid|disagreed|agreed)$/;
/** Attributes of other events that hold amounts. */
const AMOUNTS = new Set(["totalMinor", "claim", "paymentStatus"]);

/** A mismatch that came right within its grace: nobody was told that it began. */
const isUntold = ({ type, data }: StoredEvent): boolean =>
  type === "mismatch.closed" && (data as { wasOpen: boolean }).wasOpen === false;

/** Which events a caller is told: of a kind, of a key's own store, and no money for who may not see it. */
export function tellsOf(caller: Caller, kind: string | undefined): (event: StoredEvent) => boolean {
  return (event) => {
    const { type, storeId } = event;
    return (
      toldEvents.has(type) &&
      !isUntold(event) &&
      (kind === undefined || type === kind || type.startsWith(`${kind}.`)) &&
      (caller.kind === "staff" || storeId === caller.storeId) &&
      (seesPayments(caller) || !ABOUT_MONEY.test(type))
    );
  };
}

/** One event as the timeline shows it. */
export function told(caller: Caller, { eventId, type, at, actor, storeId, data }: StoredEvent) {
  const shown = seesPayments(caller) ? data : withoutAmounts(data);
  return { eventId, type, at, actor, ...(storeId && { storeId }), data: shown };
}

function withoutAmounts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAmounts);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !AMOUNTS.has(name));
  return Object.fromEntries(kept.map(([name, one]) => [name, withoutAmounts(one)]));
}
