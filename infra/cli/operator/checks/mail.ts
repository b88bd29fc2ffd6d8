import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { ListSubscriptionsByTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { type Check, type Finding, missing, ok, unseen, wrong } from "../finding.ts";
import { allOf, type Place } from "../place.ts";

const PAGE = "mail.md";
/** SNS shows this instead of an ARN until somebody opens the link. */
const PENDING = "PendingConfirmation";

/** What mail still needs: who may send, to whom, and who is told. */
export const mail: Check = {
  name: "mail",
  async look(place) {
    if (place.isLocal) return [unseen("Mail: the local cloud takes every mail and asks nobody to confirm anything.")];
    const ses = new SESv2Client(place.access);
    const names = allOf(place, "AWS::SES::EmailIdentity").map(({ id }) => id);
    const identities = await Promise.all(names.map((name) => identity(ses, name)));
    return [...identities, ...(await account(ses)), ...(await subscriptions(place))];
  },
};

async function identity(ses: SESv2Client, EmailIdentity: string): Promise<Finding> {
  const { VerifiedForSendingStatus, DkimAttributes } = await ses.send(new GetEmailIdentityCommand({ EmailIdentity }));
  if (VerifiedForSendingStatus) return ok(`Mail: SES has verified ${EmailIdentity}.`);
  const tokens = DkimAttributes?.Tokens ?? [];
  const how = EmailIdentity.includes("@")
    ? "open the link of the letter that SES sent there"
    : `put the ${tokens.length} CNAME records of SES into its DNS`;
  return missing(PAGE, `SES has not verified ${EmailIdentity}, so no mail leaves: ${how}.`);
}

async function account(ses: SESv2Client): Promise<Finding[]> {
  const { ProductionAccessEnabled, SendingEnabled, EnforcementStatus, SendQuota } = await ses.send(
    new GetAccountCommand({}),
  );
  const { Max24HourSend = 0, SentLast24Hours = 0 } = SendQuota ?? {};
  const findings: Finding[] = [];
  if (!ProductionAccessEnabled)
    findings.push(
      missing(PAGE, "SES is in its sandbox and mails verified addresses only, 200 a day: ask for production access."),
    );
  if (!SendingEnabled) findings.push(wrong(PAGE, "SES has paused sending for this account: its console says why."));
  if (EnforcementStatus !== undefined && EnforcementStatus !== "HEALTHY")
    findings.push(wrong(PAGE, `SES has this account under ${EnforcementStatus}: too many bounces or complaints.`));
  if (Max24HourSend > 0 && SentLast24Hours > 0.9 * Max24HourSend)
    findings.push(wrong(PAGE, `${SentLast24Hours} of the ${Max24HourSend} mails that SES allows in a day are sent.`));
  return findings.length > 0 ? findings : [ok("Mail: SES is out of its sandbox and lets us send.")];
}

async function subscriptions(place: Place): Promise<Finding[]> {
  const sns = new SNSClient(place.access);
  const topics = [
    ...allOf(place, "AWS::SNS::Topic", "FinanceAlerts").map(({ id }) => [id, "Finance"] as const),
    ...allOf(place, "AWS::SNS::Topic", "Alarms").map(({ id }) => [id, "The owner"] as const),
  ];
  const looked = topics.map(async ([TopicArn, who]) => {
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    const open = Subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn !== PENDING);
    if (open.length > 0) return ok(`Mail: ${who.toLowerCase()} hears of what is wrong.`);
    const topic = TopicArn.slice(TopicArn.lastIndexOf(":") + 1);
    return missing(PAGE, `${who} is told nothing: nobody has confirmed a subscription of the topic ${topic}.`);
  });
  return Promise.all(looked);
}
