import { join } from "node:path";
import { Duration, RemovalPolicy, Stack, Stage } from "aws-cdk-lib";
import { type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  ApplicationLogLevel,
  Architecture,
  type CfnFunction,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import type { Use, Work } from "../wiring-types.ts";
import { bundle, type Entry } from "./bundle.ts";
import { allow, type Grantable, grant } from "./grants.ts";

/** What every function of the stack shares. */
export interface House {
  settings: Settings;
  grantable: Grantable;
  /** Environment variables of every function. */
  environment: Record<string, string>;
}

export interface AppFunctionProps extends Work {
  entry: Entry;
  house: House;
  description: string;
  environment?: Record<string, string>;
}

/** A Lambda function by house rules: one role with exactly what `uses` says, one log group, arm64, one bundled file. */
export class AppFunction extends Construct {
  readonly name: string;
  readonly handler: LambdaFunction;
  readonly role: Role;
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, { entry, house, ...work }: AppFunctionProps) {
    super(scope, id);
    const { settings } = house;
    const grants = work.uses.map((use: Use) => grant(use, house.grantable));
    const logGroup = new LogGroup(this, "Logs", {
      encryptionKey: house.grantable.key,
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.name = entry.name;
    this.timeout = Duration.seconds(work.timeoutSeconds ?? 30);
    this.role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    this.allow(allow(["logs:CreateLogStream", "logs:PutLogEvents"], [logGroup.logGroupArn]));
    this.allow(...grants.flatMap(({ statements }) => statements));
    this.handler = new LambdaFunction(this, "Function", {
      architecture: Architecture.ARM_64,
      code: this.code(entry),
      description: work.description.slice(0, DESCRIPTION_MAX),
      environment: Object.assign({}, house.environment, work.environment, ...grants.map((one) => one.environment)),
      handler: "index.handler",
      logGroup,
      // The lines around every invocation cost more than the invocation; its figures are metrics of Lambda anyway.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel[settings.logLevel],
      memorySize: work.memoryMb ?? 512,
      reservedConcurrentExecutions: settings.reservedConcurrency[entry.name],
      role: this.role,
      runtime: Runtime.NODEJS_24_X,
      timeout: this.timeout,
    });
    if (settings.tracing) this.trace();
  }

  /** Adds statements to the function's own role. */
  allow(...statements: PolicyStatement[]): void {
    for (const statement of statements) this.role.addToPolicy(statement);
  }

  private code(entry: Entry): Code {
    if (!Stack.of(this).bundlingRequired) return Code.fromInline("// Not bundled: only the template was asked for.");
    const { outdir } = Stage.of(this) ?? {};
    return Code.fromAsset(bundle(entry, join(outdir ?? "cdk.out", "bundles")));
  }

  private trace(): void {
    (this.handler.node.defaultChild as CfnFunction).tracingConfig = { mode: "Active" };
    // X-Ray's write actions know no resources.
    this.allow(allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]));
  }
}

/** Lambda's own limit. */
const DESCRIPTION_MAX = 256;

/** `send-message` -> `SendMessage`: construct ids from the names in the wiring. */
export function pascal(name: string): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());
}
