import { type Condition, compileCondition, textsOf, unsupported, wildcard } from "./iam-conditions.ts";

/** Who a request comes from. */
export interface Principal {
  /** ARN of the role. */
  role?: string;
  /** A service's domain, `events.amazonaws.com`. */
  service?: string;
}

/** How a statement of a resource policy meets a principal: not at all, itself, or by trusting its whole account. */
export type Meeting = "none" | "direct" | "account";

/** One statement of a policy, ready to judge. */
export interface Statement {
  policy: string;
  effect: "Allow" | "Deny";
  actions: Pattern[];
  resources: Pattern[];
  /** Whether it has conditions at all; most do not, and need no context. */
  conditional: boolean;
  condition: Condition;
  meets(principal: Principal): Meeting;
  covers(action: string, resource: string): boolean;
}

/** One action or resource of a statement, with its text for reports. */
export interface Pattern {
  text: string;
  matches(value: string): boolean;
}

const ELEMENTS = new Set([
  ...["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"],
]);

/** Compiles the statements of a policy document; anything it does not know stops the start. */
export function compileDocument(document: unknown, policy: string, account: string): Statement[] {
  const { Statement: statements = [], Version, Id, ...rest } = (document ?? {}) as Record<string, unknown>;
  const [odd] = Object.keys(rest);
  if (odd) throw unsupported(policy, `the element ${odd}`);
  void [Version, Id];
  return (Array.isArray(statements) ? statements : [statements]).map((each) => compile(each, policy, account));
}

function compile(raw: Record<string, unknown>, policy: string, account: string): Statement {
  const odd = Object.keys(raw).find((element) => !ELEMENTS.has(element));
  if (odd) throw unsupported(policy, `the element ${odd}`);
  if (raw.Effect !== "Allow" && raw.Effect !== "Deny") throw unsupported(policy, `the effect ${String(raw.Effect)}`);
  if (raw.NotPrincipal !== undefined) throw unsupported(policy, "NotPrincipal");
  const actions = patterns(raw.Action ?? raw.NotAction, "i");
  const resources = patterns(raw.Resource ?? raw.NotResource ?? "*");
  const actionSide = raw.NotAction === undefined;
  const resourceSide = raw.NotResource === undefined;
  return {
    policy,
    effect: raw.Effect,
    actions,
    resources,
    conditional: raw.Condition !== undefined,
    condition: compileCondition(raw.Condition, policy),
    meets: compilePrincipal(raw.Principal, policy, account),
    covers: (action, resource) =>
      actions.some(({ matches }) => matches(action)) === actionSide &&
      resources.some(({ matches }) => matches(resource)) === resourceSide,
  };
}

function patterns(value: unknown, flags = ""): Pattern[] {
  return textsOf(value).map((text) => {
    const expression = wildcard(text, flags);
    return { text, matches: (candidate) => expression.test(candidate) };
  });
}

function compilePrincipal(raw: unknown, policy: string, account: string): (principal: Principal) => Meeting {
  if (raw === undefined) return () => "direct";
  const named = (raw === "*" ? { AWS: "*" } : raw) as Record<string, unknown>;
  const { AWS = [], Service = [], ...others } = named;
  const [odd] = Object.keys(others).filter((kind) => kind !== "Federated");
  if (odd) throw unsupported(policy, `the principal ${odd}`);
  const identities = textsOf(AWS);
  const services = textsOf(Service);
  const trustsAccount = identities.some((each) => each === account || each === `arn:aws:iam::${account}:root`);
  return ({ role, service }) => {
    if (identities.includes("*")) return "direct";
    if (service !== undefined) return services.some((each) => sameService(each, service)) ? "direct" : "none";
    if (role !== undefined && identities.includes(role)) return "direct";
    return trustsAccount && role !== undefined ? "account" : "none";
  };
}

/** Regional service principals (`states.us-east-1.amazonaws.com`) name the same service. */
function sameService(declared: string, service: string): boolean {
  return declared === service || declared.split(".")[0] === service.split(".")[0];
}
