import type { RemovalPolicy } from "aws-cdk-lib";
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from "aws-cdk-lib/aws-dynamodb";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";

/** All at once, because CloudFormation adds one index per update; functions/table/keys.ts says what each answers. */
const INDEXES = [
  { name: "gsi1", projection: { projectionType: ProjectionType.ALL } },
  { name: "gsi2", projection: { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: ["f"] } },
  { name: "gsi3", projection: { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: ["f"] } },
  { name: "gsi4", projection: { projectionType: ProjectionType.KEYS_ONLY } },
] as const;

/** The one table: on demand, recoverable to any second of 35 days, encrypted by our key, with four sparse indexes. */
export class AppTable extends Construct {
  readonly table: Table;
  readonly indexes: readonly string[] = INDEXES.map(({ name }) => name);

  constructor(
    scope: Construct,
    id: string,
    { key, keep, removal }: { key: IKey; keep: boolean; removal: RemovalPolicy },
  ) {
    super(scope, id);
    this.table = new Table(this, "Table", {
      partitionKey: text("pk"),
      sortKey: text("sk"),
      billingMode: BillingMode.PAY_PER_REQUEST,
      deletionProtection: keep,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: removal,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: "expiresAt",
    });
    for (const { name, projection } of INDEXES) {
      this.table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: text(`${name}pk`),
        sortKey: text(`${name}sk`),
        projectionType: projection.projectionType,
        nonKeyAttributes: "nonKeyAttributes" in projection ? [...projection.nonKeyAttributes] : undefined,
      });
    }
  }
}

function text(name: string) {
  return { name, type: AttributeType.STRING };
}
