import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ListTopicsCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import type { Alert, Mail, StaffRole } from "./deployment.ts";

/** The bucket whose objects make an issuer of tokens: `jwtIssuer` of the deployment is its address. */
const ISSUER_BUCKET = "kolo-issuer";
const AUDIENCE = "kolo";
const KEY_OBJECT = "key.json";
/** Hears what finance hears. */
const ALERTS_QUEUE = "kolo-stories-alerts";
const TOPIC = /:finance-alerts$/;
/** Nothing may be in a queue for so long: one hop is a poll of the stream and a poll of a queue. */
const QUIET_MS = 2_500;
const QUIET_MAX_MS = 60_000;
const LOOK_MS = 250;

interface SentMail {
  MessageId: string;
  To: string[];
  Subject: string;
  BodyText: string;
  BodyHtml: string | null;
}

interface Notification {
  TopicArn: string;
  Subject?: string;
  Message: string;
  MessageAttributes?: Record<string, { Value: string }>;
}

/** MiniStack by AWS's own calls, and by its inspection of mails and messages where AWS has no call. */
export class Emulator {
  readonly #endpoint: string;
  readonly #sns = new SNSClient({});
  readonly #sqs = new SQSClient({});
  readonly #s3 = new S3Client({ forcePathStyle: true });
  #key: Promise<JWK> | undefined;
  #ear: Promise<string> | undefined;

  constructor() {
    const { AWS_ENDPOINT_URL: endpoint } = process.env;
    if (!endpoint) throw new Error("Say where the emulator is: AWS_ENDPOINT_URL, beside KOLO_URL.");
    this.#endpoint = endpoint.replace(/\/$/, "");
  }

  /** A token of the issuer that the deployment was told to trust. */
  async token(role: StaffRole): Promise<string> {
    this.#ear ??= this.#listen();
    this.#key ??= this.#issue();
    const key = await this.#key;
    await this.#ear;
    const claims = { "cognito:groups": [role], client_id: AUDIENCE, token_use: "access" };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid: key.kid ?? "" })
      .setIssuer(`${this.#endpoint}/${ISSUER_BUCKET}`)
      .setSubject(`story-${role}`)
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(await importJWK(key, "RS256"));
  }

  /** Every mail that SES took. */
  async mails(): Promise<Mail[]> {
    const { messages } = await this.#inspect<Record<string, SentMail[]>>("ses/messages");
    return Object.values(messages)
      .flat()
      .map(({ MessageId, To, Subject, BodyText, BodyHtml }) => ({
        channel: "email",
        to: To.join(),
        subject: Subject,
        text: BodyText,
        ...(BodyHtml && { html: BodyHtml }),
        messageId: MessageId,
      }));
  }

  /** Everything that the topic published since the first story. */
  async alerts(): Promise<Alert[]> {
    this.#ear ??= this.#listen();
    const query = `QueueUrl=${encodeURIComponent(await this.#ear)}`;
    const { messages } = await this.#inspect<Queues>(`sqs/messages?${query}`);
    const bodies = Object.values(messages).flatMap((regions) => Object.values(regions).flatMap(Object.values));
    return bodies.flat().map(({ Body }) => alertOf(JSON.parse(Body) as Notification));
  }

  /** Waits until all queues have been empty for a while. */
  async quiet(): Promise<void> {
    const until = performance.now() + QUIET_MAX_MS;
    for (let since = performance.now(); performance.now() - since < QUIET_MS; await pause(LOOK_MS)) {
      if (performance.now() > until) throw new Error("The queues do not come to rest.");
      if ((await this.#waiting()) > 0) since = performance.now();
    }
  }

  async #waiting(): Promise<number> {
    const { QueueUrls = [] } = await this.#sqs.send(new ListQueuesCommand({ MaxResults: 1_000 }));
    const inboxes = QueueUrls.filter((url) => /Inbox\w*Queue/.test(url));
    const counted = await Promise.all(
      inboxes.map(async (QueueUrl) => {
        const AttributeNames = [
          "ApproximateNumberOfMessages",
          "ApproximateNumberOfMessagesNotVisible",
        ] satisfies ConstructorParameters<typeof GetQueueAttributesCommand>[0]["AttributeNames"];
        const { Attributes = {} } = await this.#sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
        return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
      }),
    );
    return counted.reduce((sum, count) => sum + count, 0);
  }

  async #inspect<T>(path: string): Promise<{ messages: T }> {
    const answer = await fetch(`${this.#endpoint}/_ministack/${path}`);
    if (!answer.ok) throw new Error(`/_ministack/${path} answered ${answer.status}.`);
    return (await answer.json()) as { messages: T };
  }

  /** Subscribes a queue to what finance hears, and gives its address. */
  async #listen(): Promise<string> {
    const { QueueUrl = "" } = await this.#sqs.send(new CreateQueueCommand({ QueueName: ALERTS_QUEUE }));
    const { Topics = [] } = await this.#sns.send(new ListTopicsCommand({}));
    const topic = Topics.find(({ TopicArn = "" }) => TOPIC.test(TopicArn))?.TopicArn;
    if (!topic) throw new Error("There is no topic finance-alerts: is Kolo deployed there?");
    const { Attributes } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
    );
    const Endpoint = Attributes?.QueueArn;
    await this.#sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: "sqs", Endpoint }));
    return QueueUrl;
  }

  /** The key that all runs share, because functions remember the keys of an issuer. */
  async #issue(): Promise<JWK> {
    const at = (Key: string) => ({ Bucket: ISSUER_BUCKET, Key });
    const kept = await this.#s3.send(new GetObjectCommand(at(KEY_OBJECT))).catch(() => undefined);
    if (kept?.Body) return JSON.parse(await kept.Body.transformToString()) as JWK;
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    const key: JWK = { ...(await exportJWK(privateKey)), kid: randomUUID() };
    const { kty, n, e, kid } = key;
    const put = (Key: string, body: object) =>
      this.#s3.send(new PutObjectCommand({ ...at(Key), Body: JSON.stringify(body), ContentType: "application/json" }));
    await this.#s3.send(new CreateBucketCommand({ Bucket: ISSUER_BUCKET }));
    await put(".well-known/jwks.json", { keys: [{ kty, n, e, kid, alg: "RS256", use: "sig" }] });
    await put(KEY_OBJECT, key);
    return key;
  }
}

type Queues = Record<string, Record<string, Record<string, { Body: string }[]>>>;

function alertOf({ TopicArn, Subject, Message, MessageAttributes = {} }: Notification): Alert {
  const attributes = Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value] as const);
  return {
    topic: TopicArn,
    ...(Subject && { subject: Subject }),
    message: Message,
    attributes: Object.fromEntries(attributes),
  };
}
