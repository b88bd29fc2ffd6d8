import type { Alert, Capability, Deployment, Mail, StaffRole } from "./deployment.ts";

/** Tokens are good for 30 days of the cloud's clock, which stories move: fetched anew after one. */
const TOKEN_KEPT_MS = 86_400_000;

/** A local cloud by its origin. */
export function localDeployment(url: string): Deployment {
  const control = async <T>(path: string, body?: object): Promise<T> => {
    const init = body && { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(`${url}/_local/${path}`, init);
    if (!answer.ok) throw new Error(`/_local/${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json() as Promise<T>;
  };
  const now = async () => new Date((await control<{ now: string }>("clock")).now);
  let tokens: { of: Record<StaffRole, string>; at: number } | undefined;
  return {
    url,
    capabilities: new Set<Capability>(["clock", "faults", "iam", "stats"]),
    patienceMs: 0,
    now,
    async token(role) {
      const at = (await now()).getTime();
      if (!tokens || at - tokens.at > TOKEN_KEPT_MS) tokens = { of: await control("credentials"), at };
      return tokens.of[role];
    },
    outbox: async () => (await control<{ items: Mail[] }>("outbox")).items,
    alerts: async () => (await control<{ items: Alert[] }>("alerts")).items,
    settle: async () => void (await control("settle", { timeoutSeconds: 60 })),
    advance: async (seconds) => void (await control("clock", { advanceSeconds: seconds })),
  };
}
