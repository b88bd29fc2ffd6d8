import { randomUUID } from "node:crypto";
import type { PublishBatchRequestEntry, PublishInput } from "@aws-sdk/client-sns";
import type { Permission, Resource, ServiceFactory } from "../ports.ts";
import { arnName, type Cloud } from "./cloud.ts";
import { openStore, type Store } from "./database.ts";
import { Deliveries, isoNow } from "./deliveries.ts";
import { AwsError, required } from "./errors.ts";
import type { MessageAttribute } from "./md5.ts";
import { allow, keyUse } from "./permissions.ts";
import { awsService, type Counters, count, type Operations } from "./protocol.ts";
import { queryCodec } from "./protocol-query.ts";
import {
  attributeValues,
  envelope,
  lambdaEvent,
  type Published,
  passes,
  readSubscriptions,
  type Subscription,
  structured,
} from "./sns-shapes.ts";
import { batch } from "./sqs-batch.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS sns_published (
  sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, topic TEXT NOT NULL, subject TEXT, message TEXT NOT NULL,
  attributes TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
`;
const NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/";
const MESSAGE_MAX_BYTES = 262_144;
/** SNS tries targets inside AWS for 23 days. */
const RETRY = { attemptsMax: 100_015, ageMaxMs: 23 * 86_400_000 };

type Draft = Omit<PublishInput, "MessageAttributes"> & { MessageAttributes?: Record<string, MessageAttribute> };

/** Amazon SNS: the topics of the templates and their subscriptions; every publish is kept as an alert. */
export const sns: ServiceFactory = (cloud) => {
  const counters: Counters = {};
  const topics = new Topics(cloud, counters);
  const codec = queryCodec(NAMESPACE);
  return {
    ...awsService({ names: ["sns"], codec, operations: operationsOf(cloud, topics), counters, log: cloud.log }),
    accepts: (arn) => topics.find(arn) !== undefined,
    async deliver(arn, payload, by) {
      const Message = typeof payload === "string" ? payload : JSON.stringify(payload);
      // Receipts of mails are machine traffic, not alerts.
      topics.publish({ TopicArn: arn, Message }, by.service !== "ses");
    },
    views: { alerts: () => topics.alerts(), stats: () => counters },
  };
};

function operationsOf(cloud: Cloud, topics: Topics): Operations {
  const publishing = (arn: string | undefined): Permission[] => {
    const topicArn = required(arn, "TopicArn");
    const keyId = topics.find(topicArn)?.properties.KmsMasterKeyId;
    return [
      ...allow("sns:Publish", topicArn),
      ...keyUse(cloud.topology, keyId, "sns", "kms:GenerateDataKey", "kms:Decrypt"),
    ];
  };
  return {
    Publish: {
      needs: ({ TopicArn, TargetArn }: Draft) => publishing(TopicArn ?? TargetArn),
      run: (input: Draft) => ({ MessageId: topics.publish(input) }),
    },
    PublishBatch: {
      needs: ({ TopicArn }: Draft) => publishing(TopicArn),
      run({
        TopicArn,
        PublishBatchRequestEntries,
      }: Draft & { PublishBatchRequestEntries: PublishBatchRequestEntry[] }) {
        return batch(PublishBatchRequestEntries, (entry) => ({
          MessageId: topics.publish({ ...(entry as Draft), TopicArn }),
        }));
      },
    },
    ListTopics: {
      needs: () => allow("sns:ListTopics", "*"),
      run: () => ({ Topics: topics.all().map(({ arn }) => ({ TopicArn: arn })) }),
    },
    ListSubscriptionsByTopic: {
      needs: ({ TopicArn }: Draft) => allow("sns:ListSubscriptionsByTopic", required(TopicArn, "TopicArn")),
      run: ({ TopicArn }: Draft) => ({
        Subscriptions: topics.subscriptions(TopicArn ?? "").map(({ arn, topicArn, protocol, endpoint }) => ({
          SubscriptionArn: arn,
          Owner: cloud.topology.account,
          Protocol: protocol,
          Endpoint: endpoint,
          TopicArn: topicArn,
        })),
      }),
    },
  };
}

class Topics {
  readonly #cloud: Cloud;
  readonly #store: Store;
  readonly #subscriptions: Subscription[];
  readonly #deliveries: Deliveries;
  readonly #counters: Counters;

  constructor(cloud: Cloud, counters: Counters) {
    this.#cloud = cloud;
    this.#counters = counters;
    this.#store = openStore(cloud.engine.database, SCHEMA);
    this.#subscriptions = readSubscriptions(cloud.topology);
    this.#deliveries = new Deliveries(cloud, "sns.deliver", (outcome) => count(counters, outcome));
  }

  all(): Resource[] {
    return this.#cloud.topology.all("AWS::SNS::Topic");
  }

  find(arn: string): Resource | undefined {
    return this.all().find((topic) => topic.arn === arn);
  }

  subscriptions(topicArn: string): Subscription[] {
    return this.#subscriptions.filter((subscription) => subscription.topicArn === topicArn);
  }

  /** Keeps a message and its deliveries on disk, all or none. */
  publish(draft: Draft, isAlert = true): string {
    const published = this.#read(draft);
    const { id, topicArn } = published;
    const isStructured = draft.MessageStructure === "json";
    const text = (protocol: string) => (isStructured ? structured(published.message, protocol) : published.message);
    this.#store.atomic(() => {
      if (isAlert) this.#remember({ ...published, message: text("email") });
      for (const subscription of this.subscriptions(topicArn))
        this.#deliver({ ...published, message: text(subscription.protocol) }, subscription);
    });
    count(this.#counters, "published");
    return id;
  }

  #remember({ id, topicArn, subject, message, attributes, at }: Published): void {
    this.#store.run(
      "INSERT INTO sns_published (id, topic, subject, message, attributes, at) VALUES (?, ?, ?, ?, ?, ?)",
      id,
      arnName(topicArn),
      subject ?? null,
      message,
      JSON.stringify(attributeValues(attributes)),
      at,
    );
  }

  /** What was published, whatever subscriptions there are, oldest first. */
  alerts(): unknown[] {
    return this.#store
      .all<{ topic: string; subject: string | null; message: string; attributes: string; at: string }>(
        "SELECT topic, subject, message, attributes, at FROM sns_published ORDER BY sequence",
      )
      .map(({ subject, attributes, ...row }) => ({
        ...row,
        ...(subject !== null && { subject }),
        attributes: JSON.parse(attributes),
      }));
  }

  #read(draft: Draft): Published {
    const topicArn = required(draft.TopicArn ?? draft.TargetArn, "TopicArn");
    if (!this.find(topicArn)) throw new AwsError("NotFound", "Topic does not exist", 404);
    const message = draft.Message ?? "";
    if (message === "") throw new AwsError("InvalidParameter", "Invalid parameter: Empty message");
    if (Buffer.byteLength(message) > MESSAGE_MAX_BYTES)
      throw new AwsError("InvalidParameter", "Invalid parameter: Message too long");
    const subject = draft.Subject || undefined;
    if (subject && !/^[\x20-\x7e]{1,99}$/.test(subject))
      throw new AwsError("InvalidParameter", "Invalid parameter: Subject");
    const attributes = draft.MessageAttributes ?? {};
    return { id: randomUUID(), topicArn, subject, message, attributes, at: isoNow(this.#cloud.engine) };
  }

  #deliver(published: Published, subscription: Subscription): void {
    const { protocol, endpoint, raw, deadLetterArn } = subscription;
    if ((protocol !== "sqs" && protocol !== "lambda") || !passes(subscription, published)) return;
    const payload =
      protocol === "lambda"
        ? lambdaEvent(published, subscription)
        : raw
          ? published.message
          : JSON.stringify(envelope(published, subscription));
    const attributes = raw ? plainAttributes(published) : {};
    const body = typeof payload === "string" ? payload : JSON.stringify(payload);
    this.#deliveries.send({
      target: endpoint,
      payload,
      by: { service: "sns", sourceArn: published.topicArn, attributes },
      retry: RETRY,
      ...(deadLetterArn && { deadLetter: { arn: deadLetterArn, body, attributes: {} } }),
    });
  }
}

function plainAttributes({ attributes }: Published): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue, BinaryValue }]) => [name, StringValue ?? BinaryValue ?? ""]),
  );
}
