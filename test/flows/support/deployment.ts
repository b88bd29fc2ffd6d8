/** The staff groups that a token can speak for. */
export type StaffRole = "owner" | "manager" | "marketer" | "finance";

/** What not every place where Kolo runs can do for a story. */
export type Capability =
  /** Time can be moved. */
  | "clock"
  /** AWS's own troubles can be switched on. */
  | "faults"
  /** The judge of permissions tells what was used, granted and refused. */
  | "iam"
  /** Counters of the table and its requests. */
  | "stats";

/** A message that left, as its receiver has it. */
export interface Mail {
  channel: string;
  to: string;
  subject?: string;
  text: string;
  html?: string;
  messageId: string;
}

/** What was published to a topic of people. */
export interface Alert {
  topic: string;
  subject?: string;
  message: string;
  attributes: Record<string, string>;
}

/** A place where Kolo runs, as the stories see it: its public endpoints, and what leaves it. */
export interface Deployment {
  /** Origin of the API. */
  url: string;
  capabilities: ReadonlySet<Capability>;
  /** How long `eventually` goes on looking, in ms; 0 where `settle` is exact. */
  patienceMs: number;
  /** A staff token of a group. */
  token(role: StaffRole): Promise<string>;
  /** Every message that left so far, newest last. */
  outbox(): Promise<Mail[]>;
  /** Everything that people's topics got so far, newest last. */
  alerts(): Promise<Alert[]>;
  /** Waits until nothing is in flight, as far as that can be known from outside. */
  settle(): Promise<void>;
  /** Moves time; whatever falls due has run when it returns. Without `clock` it waits, up to a minute and a half. */
  advance(seconds: number): Promise<void>;
  /** What the deployment's clock shows. */
  now(): Promise<Date>;
}

/** Why a deployment without a capability cannot serve a story, in a sentence for the list of skipped ones. */
export const LACKS: Record<Capability, string> = {
  clock: "its clock cannot be moved",
  faults: "its troubles cannot be switched on",
  iam: "it does not tell which permissions were used",
  stats: "it does not count its writes",
};
