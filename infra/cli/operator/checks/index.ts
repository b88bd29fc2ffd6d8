import type { Check } from "../finding.ts";
import { key, reconciliation, recovery } from "./keeping.ts";
import { mail } from "./mail.ts";
import { alarms, api, concurrency, sources } from "./running.ts";
import { deadLetters, failedRecords, overdueWaits, quarantine } from "./waiting.ts";

/** Everything that the doctor looks at, in the order in which it tells of it. */
export const checks: readonly Check[] = [
  api,
  mail,
  concurrency,
  sources,
  alarms,
  deadLetters,
  failedRecords,
  overdueWaits,
  quarantine,
  reconciliation,
  recovery,
  key,
];
