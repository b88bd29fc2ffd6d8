import { ArnFormat, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { Staff } from "../constructs/staff.ts";
import { AppTable } from "../constructs/table.ts";
import type { Settings } from "../settings.ts";

/** Raw bodies and given-up records hold personal data: they stay as long as a replay is worth it, and no longer. */
const RAW_DAYS = 180;
const SECRET_LENGTH = 64;
/** What CloudWatch Logs does with the key of a log group. */
const LOG_ENCRYPTION = [
  "Decrypt",
  "DescribeKey",
  "Encrypt",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
];

/** Where the edge reads its secret. */
const COPIED_TO = "us-east-1";

/** The name of the secret between edge and gate: the edge's region has another ARN for it. */
export const originSecretName = (stage: string): string => `kolo-${stage}-origin`;

export interface DataStackProps extends StackProps {
  settings: Settings;
}

/** What must outlive everything else: the table, its key, the bucket, the staff and the secrets. */
export class DataStack extends Stack {
  readonly key: Key;
  readonly table: Table;
  readonly indexes: readonly string[];
  readonly bucket: Bucket;
  readonly staff: Staff;
  readonly secrets: { identity: Secret; vault: Secret };
  /** What the edge sends and the gate asks for, where there is an edge. */
  readonly originSecret?: Secret;

  constructor(scope: Construct, id: string, { settings, ...props }: DataStackProps) {
    super(scope, id, props);
    const keep = settings.data === "keep";
    const removal = keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.key = this.encryption(removal);
    const { table, indexes } = new AppTable(this, "Data", { key: this.key, keep, removal });
    this.table = table;
    this.indexes = indexes;
    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      bucketKeyEnabled: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(RAW_DAYS), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      minimumTLSVersion: 1.2,
      removalPolicy: removal,
    });
    const firstOwner = settings.jwtIssuer === undefined ? settings.ownerEmail : undefined;
    this.staff = new Staff(this, "Staff", { firstOwner, mfa: settings.staffMfa, keep, removal });
    this.secrets = {
      identity: this.secret(
        "Identity",
        "Keys the HMAC of customers' identities: changing it loses every customer.",
        removal,
      ),
      vault: this.secret("Vault", "Seals the secrets of hooks that the table keeps.", removal),
    };
    if (settings.edge !== undefined) this.originSecret = this.origin(settings.stage, removal);
    new CfnOutput(this, "UserPoolId", { value: this.staff.pool.userPoolId });
    new CfnOutput(this, "UserPoolClientId", { value: this.staff.client.userPoolClientId });
  }

  /** One key for everything at rest: a key costs a dollar a month, and one revocation locks all. */
  private encryption(removalPolicy: RemovalPolicy): Key {
    const key = new Key(this, "Key", {
      description: "Everything that Kolo keeps at rest",
      enableKeyRotation: true,
      removalPolicy,
    });
    for (const statement of this.servicesAtTheKey()) key.addToResourcePolicy(statement);
    return key;
  }

  /** AWS's own services that encrypt for us under no role of ours; `*` in a key's policy is the key itself. */
  private servicesAtTheKey(): PolicyStatement[] {
    const by = (sid: string, services: string[], actions: string[], conditions?: Record<string, object>) =>
      new PolicyStatement({
        sid,
        actions: actions.map((action) => `kms:${action}`),
        principals: services.map((service) => new ServicePrincipal(`${service}.amazonaws.com`)),
        resources: ["*"],
        conditions,
      });
    const topics = this.formatArn({ service: "sns", resource: "*" });
    const groups = this.formatArn({
      service: "logs",
      resource: "log-group",
      resourceName: "*",
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const sending = ["Decrypt", "GenerateDataKey"];
    return [
      by("PublishToTopics", ["cloudwatch", "ses"], sending, { StringEquals: { "aws:SourceAccount": this.account } }),
      by("TopicsToQueues", ["sns"], sending, { ArnLike: { "aws:SourceArn": topics } }),
      // AWS knows no condition for rules that send to encrypted queues; each queue's policy names its rules.
      by("RulesToQueues", ["events"], sending),
      by("WriteLogs", [`logs.${this.region}`], LOG_ENCRYPTION, {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": groups },
      }),
    ];
  }

  /** It has two slots: while it changes, requests with either are good. The edge reads its copy in its own region. */
  private origin(stage: string, removalPolicy: RemovalPolicy): Secret {
    return new Secret(this, "Origin", {
      description: "By which the gate knows what comes by the edge",
      encryptionKey: this.key,
      generateSecretString: {
        excludePunctuation: true,
        generateStringKey: "current",
        passwordLength: SECRET_LENGTH,
        secretStringTemplate: JSON.stringify({ previous: "" }),
      },
      removalPolicy,
      replicaRegions: this.region === COPIED_TO ? [] : [{ region: COPIED_TO }],
      secretName: originSecretName(stage),
    });
  }

  private secret(id: string, description: string, removalPolicy: RemovalPolicy): Secret {
    return new Secret(this, id, {
      description,
      encryptionKey: this.key,
      generateSecretString: { excludePunctuation: true, passwordLength: SECRET_LENGTH },
      removalPolicy,
    });
  }
}
