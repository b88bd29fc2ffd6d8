import { setTimeout as pause } from "node:timers/promises";
import { format } from "node:util";
import { inject, it as rule } from "vitest";
import { type Capability, type Deployment, LACKS, type Mail } from "./deployment.ts";
import * as http from "./http.ts";
import { localDeployment } from "./local-deployment.ts";
import { remoteDeployment } from "./remote-deployment.ts";
import * as stores from "./store.ts";

const where = inject("where");
const LOOK_AGAIN_MS = 500;
const TIMEOUT_MS = 60_000;

/** The Kolo that the stories of this run are told about. */
export const kolo: Deployment = where.kind === "local" ? localDeployment(where.url) : remoteDeployment(where.url);

/** True when every story of the folder runs before this file's. */
export const isWholeRun = where.whole;

/** What a story asks of the deployment. */
interface Asks {
  needs?: Capability[];
  /** Why it cannot be told now, if it cannot. */
  skips?: string | undefined;
  /** How long it may take; a minute by default. */
  timeoutMs?: number;
}

/** A rule that holds for Kolo where it runs; a deployment that cannot serve it skips it by name, with the reason. */
export function it(title: string, run: () => Promise<void>, { needs = [], skips, timeoutMs }: Asks = {}): void {
  const lacking = needs.filter((one) => !kolo.capabilities.has(one)).map((one) => LACKS[one]);
  const reasons = [...lacking, ...(skips === undefined ? [] : [skips])];
  rule(title, { timeout: timeoutMs ?? TIMEOUT_MS }, async ({ skip }) => {
    if (reasons.length > 0) skip(reasons.join(", "));
    await run();
  });
}

/** One rule for several cases; `%s` in its title stands for the values of a case, one after the other. */
it.each =
  <C extends readonly unknown[]>(cases: readonly C[]) =>
  (title: string, run: (...values: C) => Promise<void>, asks?: Asks): void => {
    for (const values of cases)
      it(format(title, ...values.slice(0, title.split("%s").length - 1)), () => run(...values), asks);
  };

/** Waits for what happens behind the scenes, then looks; where nobody knows when it is over, again for a while. */
export async function eventually<T>(look: () => Promise<T>): Promise<T> {
  for (const until = performance.now() + kolo.patienceMs; ; await pause(LOOK_AGAIN_MS)) {
    await kolo.settle();
    try {
      return await look();
    } catch (error) {
      if (performance.now() >= until) throw error;
    }
  }
}

/** Opens a store of the story's own. */
export const aStore = (part?: Record<string, unknown>): Promise<stores.Store> => stores.openStore(kolo, part);

/** What reached an address. */
export const mailsTo = (email: string): Promise<Mail[]> => stores.mailsTo(kolo, email);

/** Asks as staff or as nobody. */
export const ask = (path: string, asked?: http.Asked): Promise<http.Answer> => http.ask(kolo, path, asked);

/** The same where anything but success is the story's end. */
export const ok = (path: string, asked?: http.Asked): Promise<http.Answer["body"]> => http.ok(kolo, path, asked);
