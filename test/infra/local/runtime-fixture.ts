import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { CorsHttpMethod, HttpApi, HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { CfnUserPoolGroup, UserPool } from "aws-cdk-lib/aws-cognito";
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from "aws-cdk-lib/aws-dynamodb";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Code, FilterCriteria, Function as LambdaFunction, Runtime, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, S3OnFailureDestination, SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { afterAll } from "vitest";

const HANDLER = new URL("runtime-handler.mjs", import.meta.url);

const directories: string[] = [];
// Imported before all else, so it runs after all else.
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A directory of this test's own; it goes when the tests of the file are over. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), "local-cloud-"));
  directories.push(directory);
  return directory;
}

/** Synthesizes a small app with one of everything that the runtime itself runs. */
export function synthesizeFixture(): string {
  const root = scratch();
  const bundle = join(root, "bundle");
  mkdirSync(bundle);
  copyFileSync(HANDLER, join(bundle, "index.mjs"));
  const app = new App({ outdir: join(root, "cdk.out"), analyticsReporting: false, treeMetadata: false });
  const stack = new Stack(app, "Fixture");
  const table = makeTable(stack);
  const queue = new Queue(stack, "Queue", { visibilityTimeout: Duration.seconds(60), enforceSSL: true });
  const fn = (id: string, timeout = 5) =>
    new LambdaFunction(stack, id, {
      functionName: id,
      runtime: Runtime.NODEJS_22_X,
      handler: "index.handler",
      code: Code.fromAsset(bundle),
      timeout: Duration.seconds(timeout),
      environment: { TABLE_NAME: table.tableName, QUEUE_URL: queue.queueUrl, SEEN_FILE: join(root, "seen") },
    });
  addApi(stack, table, queue, fn);
  const consumer = fn("consumer");
  consumer.addEventSource(new SqsEventSource(queue, { reportBatchItemFailures: true, maxConcurrency: 2 }));
  addStreamReader(stack, table, fn("reader"));
  fn("worker");
  app.synth();
  return join(root, "cdk.out");
}

function makeTable(stack: Stack): Table {
  const string = (name: string) => ({ name, type: AttributeType.STRING });
  const table = new Table(stack, "Table", {
    partitionKey: string("pk"),
    sortKey: string("sk"),
    billingMode: BillingMode.PAY_PER_REQUEST,
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
    timeToLiveAttribute: "expiresAt",
    encryptionKey: new Key(stack, "Key"),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const indexName = "byKind";
  table.addGlobalSecondaryIndex({ indexName, partitionKey: string("kind"), projectionType: ProjectionType.KEYS_ONLY });
  return table;
}

function addApi(stack: Stack, table: Table, queue: Queue, fn: (id: string, timeout?: number) => LambdaFunction): void {
  const api = new HttpApi(stack, "Api", {
    corsPreflight: {
      allowOrigins: ["https://shop.example"],
      allowMethods: [CorsHttpMethod.POST],
      maxAge: Duration.hours(1),
    },
  });
  const server = fn("server", 2);
  table.grant(server, "dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:Query");
  table.encryptionKey?.grantDecrypt(server);
  server.addToRolePolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ["dynamodb:PutItem"],
      resources: [table.tableArn],
      conditions: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": ["secret#*"] } },
    }),
  );
  queue.grantSendMessages(server);
  const integration = new HttpLambdaIntegration("Server", server);
  api.addRoutes({ path: "/do/{what}", methods: [HttpMethod.GET, HttpMethod.POST], integration });
  api.addRoutes({ path: "/files/{path+}", methods: [HttpMethod.ANY], integration });
  const pool = new UserPool(stack, "Pool");
  const client = pool.addClient("Client");
  for (const groupName of ["owner", "finance"])
    new CfnUserPoolGroup(stack, `Group-${groupName}`, { userPoolId: pool.userPoolId, groupName });
  server.addEnvironment("JWT_ISSUER", pool.userPoolProviderUrl).addEnvironment("JWT_AUDIENCE", client.userPoolClientId);
}

function addStreamReader(stack: Stack, table: Table, reader: LambdaFunction): void {
  reader.addEventSource(
    new DynamoEventSource(table, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      retryAttempts: 2,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      filters: [FilterCriteria.filter({ dynamodb: { Keys: { pk: { S: [{ prefix: "watched#" }] } } } })],
      onFailure: new S3OnFailureDestination(new Bucket(stack, "Failures")),
    }),
  );
}
