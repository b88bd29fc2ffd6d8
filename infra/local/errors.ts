import type { Permission, Refusal } from "./ports.ts";

/** The cloud cannot start; the message is one sentence that says what to do. */
export class CannotStart extends Error {
  override name = "CannotStart";
}

/** Somebody may not do something: the sentence AWS would say, with the permission that is missing. */
export class AccessDenied extends Error implements Refusal {
  override name = "AccessDenied" as const;
  readonly permission: Permission;

  constructor(who: string, permission: Permission) {
    super(`User: ${who} is not authorized to perform: ${permission.action} on resource: ${permission.resource}`);
    this.permission = permission;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a log should show of anything that was thrown. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
