/** A resource of the stacks. */
export interface Found {
  /** The name in its template: `SendMessageInboxDeadLettersE2527527`. */
  logicalId: string;
  type: string;
  /** What AWS calls it: a queue's address, a table's name, a machine's ARN. */
  id: string;
}

/** What SDK clients are made with. */
export interface Access {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** A Kolo that an operator looks after: deployed, or the local cloud. It is reached by AWS calls and its public API. */
export interface Place {
  /** As sentences name it. */
  title: string;
  isLocal: boolean;
  /** Names alarms and stacks: `kolo-<stage>`. */
  stage: string;
  /** Origin of the API. */
  url: string;
  access: Access;
  resources: readonly Found[];
  /** What its clock shows. */
  now(): Promise<Date>;
  /** A staff token of a manager or owner. */
  token(): Promise<string>;
}

/** What an operator can put right before the command can run; its message is one sentence. */
export class OperatorProblem extends Error {}

/** All resources of a type, narrowed by what their logical ids begin with. */
export const allOf = ({ resources }: Pick<Place, "resources">, type: string, begins = ""): Found[] =>
  resources.filter((one) => one.type === type && one.logicalId.startsWith(begins));

/** The one resource of a type whose logical id begins so. */
export function oneOf(place: Pick<Place, "resources" | "title">, type: string, begins = ""): Found {
  const [found] = allOf(place, type, begins);
  if (!found) throw new OperatorProblem(`${place.title} has no ${type} ${begins}: is it an older Kolo?`);
  return found;
}

/** A consumer's queue with its dead letters. */
export interface Inbox {
  /** The consumer, as `infra/wiring.ts` names it. */
  name: string;
  queueUrl: string;
  deadLettersUrl: string;
}

/** `SendMessageInboxDeadLettersE2527527`: whose, what, and CDK's hash. */
const INBOX = /^(\w+)Inbox(DeadLetters|Queue)[0-9A-F]{8}$/;

/** The queues of all consumers. */
export function inboxesOf(place: Pick<Place, "resources">): Inbox[] {
  const inboxes = new Map<string, Inbox>();
  for (const { logicalId, id } of allOf(place, "AWS::SQS::Queue")) {
    const [, owner, kind] = INBOX.exec(logicalId) ?? [];
    if (owner === undefined) continue;
    const name = kebab(owner);
    const inbox = inboxes.get(name) ?? { name, queueUrl: "", deadLettersUrl: "" };
    inboxes.set(name, { ...inbox, [kind === "Queue" ? "queueUrl" : "deadLettersUrl"]: id });
  }
  return [...inboxes.values()];
}

/** `SendMessage` -> `send-message`. */
export const kebab = (name: string): string => name.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
