import { type Quarantine, type QuarantineCommand, quarantine } from "../../domain/quarantine/quarantine.ts";
import type { QuarantineEvent } from "../../events/quarantine.ts";
import type { RecordOf } from "./aggregates.ts";
import { byTime, list, stateKey } from "./keys.ts";

/** Quarantined deliveries: listed for the whole merchant; the raw bytes are an item of their own or in the bucket. */
export const quarantineRecord: RecordOf<Quarantine, QuarantineCommand, QuarantineEvent> = {
  decider: quarantine,
  key: stateKey.quarantine,
  attributes(state, id) {
    if (state.status === "absent") return {};
    const { storeId, status, reason } = state;
    return { storeId, f: { storeId, status, reason }, gsi3pk: list.quarantine, gsi3sk: byTime(state.keptAt, id) };
  },
};
