import { setTimeout as pause } from "node:timers/promises";
import type { Alert, Capability, Deployment, Mail, StaffRole } from "./deployment.ts";
import { Emulator } from "./emulator.ts";

/** What happens behind the API is looked for so long: a stream is polled, then a queue, then another one. */
const PATIENCE_MS = 30_000;
/** What can be waited for is not worth skipping. */
const WAIT_MAX_SECONDS = 90;

/** Kolo where plain CDK deployed it: on an emulator of AWS, whose own services tell what left. */
export function remoteDeployment(url: string): Deployment {
  const emulator = new Emulator();
  return {
    url,
    capabilities: new Set<Capability>(),
    patienceMs: PATIENCE_MS,
    now: async () => new Date(),
    token: (role: StaffRole): Promise<string> => emulator.token(role),
    outbox: (): Promise<Mail[]> => emulator.mails(),
    alerts: (): Promise<Alert[]> => emulator.alerts(),
    settle: () => emulator.quiet(),
    async advance(seconds) {
      if (seconds > WAIT_MAX_SECONDS) throw new Error("The clock of a deployment cannot be moved.");
      await pause(seconds * 1_000);
    },
  };
}
