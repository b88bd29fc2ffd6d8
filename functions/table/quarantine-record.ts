import { type Quarantine, type QuarantineCommand, quarantine } from "../../domain/quarantine/quarantine.ts";
import type { QuarantineEvent } from "../../events/quarantine.ts";
import type { RecordOf } from "./aggregates.ts";
import { byTime, list, stateKey } from "./keys.ts";

/** Quarantined deliveries: listed for the whole merchant, dismissed ones apart; raw bytes lie elsewhere. */
export const quarantineRecord: RecordOf<Quarantine, QuarantineCommand, QuarantineEvent> = {
  decider: quarantine,
  key: stateKey.quarantine,
  attributes(state, id) {
    if (state.status === "absent") return {};
    const { storeId, status, reason } = state;
    const gsi3pk = status === "dismissed" ? list.dismissed : list.quarantine;
    return { storeId, f: { storeId, status, reason }, gsi3pk, gsi3sk: byTime(state.keptAt, id) };
  },
};
