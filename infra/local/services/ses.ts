import { randomUUID } from "node:crypto";
import type { AwsRequest, Permission, ServiceFactory } from "../ports.ts";
import type { Cloud } from "./cloud.ts";
import { openStore, type Store } from "./database.ts";
import { Deliveries, isoNow } from "./deliveries.ts";
import { AwsError, required } from "./errors.ts";
import { allow } from "./permissions.ts";
import { awsService, type Counters, count, type Operations } from "./protocol.ts";
import { queryCodec } from "./protocol-query.ts";
import { MAIL_FAULTS, MailFaults } from "./ses-faults.ts";
import { Identities } from "./ses-identities.ts";
import { type Asked, addresses, type Mail, type MailHead, namedTags, readHead, readMail } from "./ses-mail.ts";
import { type Receipt, receiptsOf } from "./ses-receipts.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS ses_mail (
  sequence INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, mail TEXT NOT NULL
) STRICT;
`;
const NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/";
const RECIPIENTS_MAX = 50;
const BYTES_MAX = 10_485_760;
/** SES tries its event destinations again for a while; here as long as SNS does. */
const RETRY = { attemptsMax: 50, ageMaxMs: 86_400_000 };
/** A report comes a moment after the answer, as it does on AWS: the sender has noted by then that the mail went. */
const REPORT_AFTER_MS = 100;
const BUS_TYPES: Record<Receipt["eventType"], string> = {
  Send: "Email Sent",
  Delivery: "Email Delivered",
  Bounce: "Email Bounced",
  Complaint: "Email Complaint Received",
  Reject: "Email Rejected",
};

/** Amazon SES: mails end in the outbox, and their receipts at the destinations of their configuration set. */
export const ses: ServiceFactory = (cloud) => {
  const counters: Counters = {};
  const identities = new Identities(cloud.topology);
  const faults = new MailFaults();
  const sender = new Sender(cloud, identities, faults, counters);
  const codec = queryCodec(NAMESPACE);
  const operations = { ...sendingOperations(identities, sender), ...otherOperations(identities, faults) };
  return {
    ...awsService({ names: ["ses"], codec, operations, counters, log: cloud.log }),
    stop: () => faults.release(),
    views: { outbox: () => sender.outbox(), mailFaults: () => faults.list(), stats: () => counters },
  };
};

class Sender {
  readonly #cloud: Cloud;
  readonly #identities: Identities;
  readonly #faults: MailFaults;
  readonly #counters: Counters;
  readonly #store: Store;
  readonly #deliveries: Deliveries;

  constructor(cloud: Cloud, identities: Identities, faults: MailFaults, counters: Counters) {
    this.#cloud = cloud;
    this.#identities = identities;
    this.#faults = faults;
    this.#counters = counters;
    this.#store = openStore(cloud.engine.database, SCHEMA);
    const counted = (outcome: string) => count(counters, `receipts_${outcome}`);
    this.#deliveries = new Deliveries(cloud, "ses.receipt", counted, REPORT_AFTER_MS);
  }

  /** Accepts a mail: it and its receipts are on disk before the answer. */
  async send(mail: Mail, caller: string | undefined): Promise<{ MessageId: string }> {
    const configurationSet = this.#identities.setOf(mail.from, mail.configurationSet);
    this.#identities.check(mail.from, configurationSet);
    if (mail.recipients.length === 0) throw new AwsError("InvalidParameterValue", "Missing final recipients.");
    if (mail.recipients.length > RECIPIENTS_MAX)
      throw new AwsError("InvalidParameterValue", `Recipient count exceeds ${RECIPIENTS_MAX}.`);
    const fault = this.#faults.take(mail.recipients);
    this.#faults.beforeAcceptance(fault);
    const messageId = `0107${randomUUID().replaceAll("-", "").slice(0, 12)}-${randomUUID()}-000000`;
    this.#keep({ ...mail, configurationSet }, messageId, caller);
    await this.#faults.afterAcceptance(fault);
    return { MessageId: messageId };
  }

  outbox(): unknown[] {
    return this.#store
      .all<{ message_id: string; at: string; mail: string }>("SELECT * FROM ses_mail ORDER BY sequence")
      .map((row) => {
        const { to, recipients, subject, text, html, ...rest } = JSON.parse(row.mail) as Mail;
        const head = { channel: "email", to: (to.length > 0 ? to : recipients).join(", "), subject, text, html };
        return { ...head, at: row.at, messageId: row.message_id, recipients, ...rest };
      });
  }

  #keep(mail: Mail, messageId: string, caller: string | undefined): void {
    const at = isoNow(this.#cloud.engine);
    const sourceArn = this.#identities.arnOf(mail.from);
    const receipts = receiptsOf({ mail, messageId, at, caller, sourceArn }, this.#cloud.topology.account);
    this.#store.atomic(() => {
      const row = JSON.stringify(mail);
      this.#store.run("INSERT INTO ses_mail (message_id, at, mail) VALUES (?, ?, ?)", messageId, at, row);
      for (const receipt of receipts) this.#publish(mail.configurationSet, receipt);
    });
    count(this.#counters, "mails");
  }

  #publish(set: string | undefined, { eventType, document }: Receipt): void {
    const by = { service: "ses", ...(set && { sourceArn: this.#identities.setArn(set) }) };
    for (const { topicArn, busArn } of this.#identities.destinations(set, eventType)) {
      const event = { source: "aws.ses", "detail-type": BUS_TYPES[eventType], detail: document };
      if (topicArn) this.#deliveries.send({ target: topicArn, payload: JSON.stringify(document), by, retry: RETRY });
      if (busArn) this.#deliveries.send({ target: busArn, payload: event, by, retry: RETRY });
    }
  }
}

type RawInput = Asked & { RawMessage?: { Data?: string } };
interface PlainInput {
  Source?: string;
  Destination?: Record<"ToAddresses" | "CcAddresses" | "BccAddresses", string[] | undefined>;
  Message?: { Subject?: { Data?: string }; Body?: { Text?: { Data?: string }; Html?: { Data?: string } } };
  ConfigurationSetName?: string;
  Tags?: { Name: string; Value: string }[];
}

function sendingOperations(identities: Identities, sender: Sender): Operations {
  const sending = (action: string, { from, recipients, configurationSet }: MailHead): Permission[] => {
    const context = {
      "ses:ApiVersion": "1",
      "ses:FromAddress": addresses(from)[0] ?? "",
      "ses:Recipients": recipients,
    };
    const set = identities.setOf(from, configurationSet);
    return [
      ...allow(action, identities.arnOf(from), context),
      ...(set ? allow(action, identities.setArn(set), context) : []),
    ];
  };
  return {
    SendRawEmail: {
      needs: (input: RawInput) => sending("ses:SendRawEmail", readHead(rawOf(input), input)),
      async run(input: RawInput, { principal }: AwsRequest) {
        return sender.send(await readMail(rawOf(input), input), principal);
      },
    },
    SendEmail: {
      needs: (input: PlainInput) => sending("ses:SendEmail", plainMail(input)),
      run: (input: PlainInput, { principal }: AwsRequest) => sender.send(plainMail(input), principal),
    },
  };
}

function rawOf({ RawMessage }: RawInput): Buffer {
  const raw = Buffer.from(required(RawMessage?.Data, "RawMessage.Data"), "base64");
  if (raw.length > BYTES_MAX)
    throw new AwsError("InvalidParameterValue", `Message length is more than ${BYTES_MAX} bytes.`);
  return raw;
}

function plainMail({ Source, Destination, Message, ConfigurationSetName, Tags }: PlainInput): Mail {
  const from = required(Source, "Source");
  const to = (Destination?.ToAddresses || []).flatMap(addresses);
  const others = [...(Destination?.CcAddresses || []), ...(Destination?.BccAddresses || [])].flatMap(addresses);
  const subject = Message?.Subject?.Data;
  const headers = Object.entries({ From: from, To: to.join(", "), Subject: subject ?? "" });
  return {
    from,
    to,
    recipients: [...to, ...others],
    headers: headers.map(([name, value]) => ({ name, value })),
    subject,
    text: Message?.Body?.Text?.Data,
    html: Message?.Body?.Html?.Data,
    tags: namedTags(Tags || []),
    configurationSet: ConfigurationSetName,
  };
}

function otherOperations(identities: Identities, faults: MailFaults): Operations {
  return {
    GetSendQuota: {
      needs: () => allow("ses:GetSendQuota", "*"),
      run: () => ({ Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 }),
    },
    ListIdentities: {
      needs: () => allow("ses:ListIdentities", "*"),
      run: () => ({ Identities: identities.names() }),
    },
    // Not an operation of AWS: only the operator of the local cloud has a permission that no policy grants.
    LocalFailNext: {
      needs: () => allow("local:FailNext", "*"),
      run({ Address = "", Kind, Times = "1" }: Record<string, string>) {
        const kind = MAIL_FAULTS.find((known) => known === Kind);
        if (!kind) throw new AwsError("InvalidParameterValue", `Kind must be one of ${MAIL_FAULTS.join(", ")}.`);
        faults.failNext({ address: Address, kind, times: Number(Times) });
      },
    },
  };
}
