import { Stack } from "aws-cdk-lib";
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from "aws-cdk-lib/aws-ses";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";

/** The sender: its identity, its configuration set, and what becomes of each mail onto a topic. */
export class Mail extends Construct {
  readonly configurationSet: string;
  readonly identityArn: string;

  constructor(scope: Construct, id: string, { settings, receipts }: { settings: Settings; receipts: ITopic }) {
    super(scope, id);
    const name = settings.mailIdentity === "domain" ? domainOf(settings.mailSender) : settings.mailSender;
    const set = new ConfigurationSet(this, "Set", {
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
    });
    set.addEventDestination("Receipts", {
      destination: EventDestination.snsTopic(receipts),
      events: [
        // That SES took a mail is what its answer says; where the answer was lost, these tell it as well.
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.DELIVERY_DELAY,
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.REJECT,
      ],
    });
    new EmailIdentity(this, "Identity", {
      configurationSet: set,
      identity: settings.mailIdentity === "domain" ? Identity.domain(name) : Identity.email(name),
    });
    this.configurationSet = set.configurationSetName;
    this.identityArn = Stack.of(this).formatArn({ service: "ses", resource: "identity", resourceName: name });
  }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}
