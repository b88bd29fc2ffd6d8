import { authenticator, type Caller, type Role } from "./caller.ts";
import type { Arrival, Guard } from "./dispatch.ts";
import { Problem } from "./problem.ts";
import { classOf, limiter, limitHeaders, WINDOW_SECONDS } from "./rate-limit.ts";

/** The one gate: a token or key that holds, a role that may, and not too often. */
export const gate: Guard = async (arrival, roles) => {
  const caller = await admit(arrival, roles);
  await count(arrival, caller);
  return caller;
};

async function admit({ event, runtime, now }: Arrival, roles: readonly Role[]): Promise<Caller> {
  const caller = await runtime.get(authenticator).callerOf(event.headers.authorization, Date.parse(now));
  if (!caller) {
    const headers = { "www-authenticate": 'Bearer realm="kolo"' };
    throw new Problem(401, "not_authenticated", "A valid token or key is needed.", { headers });
  }
  const has: readonly Role[] = caller.kind === "staff" ? caller.roles : [caller.kind];
  if (!has.some((role) => roles.includes(role))) throw new Problem(403, "not_allowed", "Your role may not do this.");
  return caller;
}

/** One more request of the caller; providers' deliveries have a lane of their own, at the gateway. */
async function count({ event, runtime, now, told }: Arrival, caller: Caller): Promise<void> {
  const kind = classOf(event.requestContext.http.method);
  const quota = await runtime.get(limiter).spend(kind, caller.id, Date.parse(now));
  if (!quota) return;
  Object.assign(told, limitHeaders(kind, quota));
  if (quota.allowed) return;
  const sentence = `There may be ${quota.limit} requests in ${WINDOW_SECONDS} seconds: come back a little later.`;
  throw new Problem(429, "rate_limited", sentence);
}
