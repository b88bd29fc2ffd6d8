import type { Cloud } from "./cloud.ts";
import { AwsError } from "./errors.ts";
import { addresses } from "./ses-mail.ts";
import type { Receipt } from "./ses-receipts.ts";

/** A place to which a configuration set publishes receipts. */
export interface Destination {
  types: Set<string>;
  topicArn: string | undefined;
  busArn: string | undefined;
}

/** Who may send, and by which configuration set, as the templates say. */
export class Identities {
  readonly #topology: Cloud["topology"];

  constructor(topology: Cloud["topology"]) {
    this.#topology = topology;
  }

  names(): string[] {
    return this.#topology.all("AWS::SES::EmailIdentity").map(({ properties }) => String(properties.EmailIdentity));
  }

  /** The verified identity behind a sender: its address, or its domain. */
  of(from: string): string | undefined {
    const address = addresses(from)[0]?.toLowerCase() ?? "";
    const names = this.names();
    return (
      names.find((name) => name.toLowerCase() === address) ?? names.find((name) => isUnder(address, name.toLowerCase()))
    );
  }

  /** The ARN that permissions are about; an unverified sender stands for itself. */
  arnOf(from: string): string {
    return this.#arn(`identity/${this.of(from) ?? addresses(from)[0] ?? ""}`);
  }

  /** The configuration set of a mail: the one it names, or its identity's own. */
  setOf(from: string, named: string | undefined): string | undefined {
    const identity = this.#topology
      .all("AWS::SES::EmailIdentity")
      .find(({ properties }) => properties.EmailIdentity === this.of(from));
    const own = identity?.properties.ConfigurationSetAttributes as { ConfigurationSetName?: string } | undefined;
    return named || own?.ConfigurationSetName;
  }

  setArn(name: string): string {
    return this.#arn(`configuration-set/${name}`);
  }

  /** Refuses an unverified sender and an unknown configuration set as AWS does. */
  check(from: string, set: string | undefined): void {
    const region = this.#topology.region.toUpperCase();
    const checked = `The following identities failed the check in region ${region}: ${from}`;
    if (!this.of(from)) throw new AwsError("MessageRejected", `Email address is not verified. ${checked}`);
    const sets = this.#topology.all("AWS::SES::ConfigurationSet").map(({ ref }) => ref);
    if (set && !sets.includes(set))
      throw new AwsError("ConfigurationSetDoesNotExist", `Configuration set <${set}> does not exist.`);
  }

  /** Where a configuration set publishes a receipt. */
  destinations(set: string | undefined, eventType: Receipt["eventType"]): Destination[] {
    return this.#topology
      .all("AWS::SES::ConfigurationSetEventDestination")
      .filter(({ properties }) => properties.ConfigurationSetName === set)
      .map(({ properties }) => readDestination(properties.EventDestination as Record<string, unknown>))
      .filter(({ types }) => types.has(eventType.toLowerCase()));
  }

  #arn(resource: string): string {
    return `arn:aws:ses:${this.#topology.region}:${this.#topology.account}:${resource}`;
  }
}

function readDestination(properties: Record<string, unknown>): Destination {
  const { Enabled = true, MatchingEventTypes, SnsDestination, EventBridgeDestination } = properties;
  const types = Enabled === false ? [] : ((MatchingEventTypes ?? []) as string[]);
  return {
    types: new Set(types.map((type) => type.toLowerCase())),
    topicArn: (SnsDestination as { TopicARN?: string } | undefined)?.TopicARN,
    busArn: (EventBridgeDestination as { EventBusArn?: string } | undefined)?.EventBusArn,
  };
}

/** Whether an address belongs to a domain or one of its subdomains. */
function isUnder(address: string, domain: string): boolean {
  return !domain.includes("@") && (address.endsWith(`@${domain}`) || address.endsWith(`.${domain}`));
}
