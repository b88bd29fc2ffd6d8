import { createHmac } from "node:crypto";
import { type Authenticator, authenticator, type Caller } from "../../functions/shell/caller.ts";
import type { Meter } from "../../functions/shell/meter.ts";
import type { Basics, Ids, Runtime } from "../../functions/shell/port.ts";
import type { Fingerprints, Vault } from "../../functions/shell/secrets.ts";

/** One line that something logged. */
export interface LogLine {
  level: "info" | "warn" | "error";
  message: string;
  extra: unknown[];
}

/** A logger that keeps its lines. */
export function keptLogger(lines: LogLine[]): Basics["logger"] {
  const at =
    (level: LogLine["level"]) =>
    (input: unknown, ...extra: unknown[]) => {
      lines.push({ level, message: typeof input === "string" ? input : JSON.stringify(input), extra });
    };
  return { info: at("info"), warn: at("warn"), error: at("error") } as Basics["logger"];
}

/** A meter that adds up what it counts. */
export const keptMeter = (counts: Record<string, number>): Meter => ({
  count(more) {
    for (const [name, value] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + value;
  },
});

/** Ids that count: `cus_000001`, `msg_000002`. */
export function countedIds(): Ids {
  let last = 0;
  return {
    next(prefix) {
      last += 1;
      return `${prefix}_${String(last).padStart(6, "0")}`;
    },
  };
}

/** The real HMAC under a pepper that everyone knows. */
export const openFingerprints: Fingerprints = {
  async of({ kind, value }) {
    return createHmac("sha256", "pepper").update(`${kind}:${value}`).digest("base64url").slice(0, 32);
  },
};

/** A vault that keeps a text bound to its place, and hides nothing. */
export const openVault: Vault = {
  async seal(text, context) {
    return Buffer.from(JSON.stringify([context, text])).toString("base64");
  },
  async open(sealed, context) {
    const [place, text] = JSON.parse(Buffer.from(sealed, "base64").toString("utf8")) as [string, string];
    if (place !== context) throw new Error("This was sealed for another place.");
    return text;
  },
};

const SPOKEN = "Bearer spoken:";

/** The Authorization header of a caller that tests name without a token or key. */
export const speaking = (caller: Caller): string => SPOKEN + Buffer.from(JSON.stringify(caller)).toString("base64url");

/** Believes named callers; real keys and tokens are judged by the real authenticator. */
export function credulous(runtime: () => Runtime): Authenticator {
  let real: Authenticator | undefined;
  return {
    async callerOf(authorization, nowMs) {
      if (authorization?.startsWith(SPOKEN)) {
        return JSON.parse(Buffer.from(authorization.slice(SPOKEN.length), "base64url").toString("utf8")) as Caller;
      }
      real ??= authenticator.create(runtime());
      return real.callerOf(authorization, nowMs);
    },
  };
}
