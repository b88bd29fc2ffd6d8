import { AccessDenied } from "./errors.ts";
import type { Context } from "./iam-conditions.ts";
import { type Policies, readPolicies } from "./iam-policies.ts";
import type { Principal, Statement } from "./iam-statements.ts";
import { Usage } from "./iam-usage.ts";
import type { Access, Actor, Permission, Topology } from "./ports.ts";

const CACHED_MAX = 20_000;

/** The statements that speak of one principal, action and resource; conditions are still open. */
interface Verdict {
  denials: Statement[];
  identityAllows: Statement[];
  resourceAllows: Statement[];
  /** Whether the resource's policy leaves the decision to the account's own policies; only keys insist on it. */
  delegates: boolean;
}

/** Judges every call by the policies of the synthesized templates, as IAM does within one account. */
export class Iam implements Access {
  readonly usage: Usage;
  readonly #policies: Policies;
  readonly #topology: Topology;
  readonly #verdicts = new Map<string, Verdict>();

  constructor(topology: Topology, now: () => number) {
    this.#topology = topology;
    this.#policies = readPolicies(topology);
    this.usage = new Usage(this.#policies.identities, now);
  }

  check(roleArn: string | undefined, permissions: Permission[]): void {
    if (roleArn === undefined) return;
    for (const permission of permissions) this.#demand({ role: roleArn }, permission, {});
  }

  checkActor({ service, roleArn, sourceArn }: Actor, permissions: Permission[]): void {
    const domain = service.includes(".") ? service : `${service}.amazonaws.com`;
    const source = {
      "aws:SourceAccount": this.#topology.account,
      "aws:PrincipalIsAWSService": "true",
      ...(sourceArn === undefined ? {} : { "aws:SourceArn": sourceArn }),
    };
    if (roleArn === undefined) {
      for (const permission of permissions) this.#demand({ service: domain }, permission, source);
      return;
    }
    const taken = { action: "sts:AssumeRole", resource: roleArn };
    const trusts = this.#policies.trusts.get(roleArn) ?? [];
    const context = this.#context({ service: domain }, taken, source);
    const trusted = trusts.some(
      ({ effect, meets, condition }) =>
        effect === "Allow" && meets({ service: domain }) === "direct" && condition(context),
    );
    if (!trusted) throw this.#refuse({ service: domain }, taken);
    this.check(roleArn, permissions);
  }

  #demand(principal: Principal, permission: Permission, extra: NonNullable<Permission["context"]>): void {
    const verdict = this.#verdict(principal, permission);
    let context: Context | undefined;
    const holds = ({ conditional, condition }: Statement) => {
      if (!conditional) return true;
      context ??= this.#context(principal, permission, extra);
      return condition(context);
    };
    if (verdict.denials.some(holds)) throw this.#refuse(principal, permission);
    const direct = verdict.resourceAllows.some(holds);
    const granted = verdict.identityAllows.filter(holds);
    const isKey = permission.action.startsWith("kms:");
    if (!direct && (granted.length === 0 || (isKey && !verdict.delegates))) throw this.#refuse(principal, permission);
    if (principal.role) this.usage.used(principal.role, permission, granted);
  }

  #refuse(principal: Principal, permission: Permission): AccessDenied {
    const who = principal.role ?? principal.service ?? "anonymous";
    this.usage.refused(who, permission);
    return new AccessDenied(who, permission);
  }

  #verdict(principal: Principal, { action, resource }: Permission): Verdict {
    const key = `${principal.role ?? principal.service}|${action}|${resource}`;
    const known = this.#verdicts.get(key);
    if (known) return known;
    if (this.#verdicts.size >= CACHED_MAX) this.#verdicts.clear();
    const own = (this.#policies.identities.get(principal.role ?? "") ?? []).filter((each) =>
      each.covers(action, resource),
    );
    const theirs = this.#resourcePolicy(resource).filter((each) => each.covers(action, resource));
    const meeting = (each: Statement) => each.meets(principal);
    const verdict: Verdict = {
      denials: [...own, ...theirs.filter((each) => meeting(each) !== "none")].filter(({ effect }) => effect === "Deny"),
      identityAllows: own.filter(({ effect }) => effect === "Allow"),
      resourceAllows: theirs.filter((each) => each.effect === "Allow" && meeting(each) === "direct"),
      delegates: theirs.some((each) => each.effect === "Allow" && meeting(each) !== "none"),
    };
    this.#verdicts.set(key, verdict);
    return verdict;
  }

  /** The policy of a resource, or of what holds it (an object's bucket, an index's table, a function's version). */
  #resourcePolicy(resource: string): Statement[] {
    const { resources } = this.#policies;
    const [holder = resource] = resource.split(resource.startsWith("arn:aws:s3") ? "/" : "/index/");
    const unqualified = holder.split(":").slice(0, 7).join(":");
    return resources.get(resource) ?? resources.get(holder) ?? resources.get(unqualified) ?? [];
  }

  #context(principal: Principal, permission: Permission, extra: NonNullable<Permission["context"]>): Context {
    const { account, region } = this.#topology;
    const all: Record<string, string | string[]> = {
      "aws:SecureTransport": "true",
      "aws:PrincipalAccount": account,
      "aws:ResourceAccount": account,
      "aws:RequestedRegion": region,
      ...(principal.role === undefined
        ? {}
        : { "aws:PrincipalArn": principal.role, "aws:PrincipalIsAWSService": "false" }),
      ...permission.context,
      ...extra,
    };
    return new Map(
      Object.entries(all).map(([key, value]) => [key.toLowerCase(), Array.isArray(value) ? value : [value]]),
    );
  }
}
