import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  type CfnStage,
  CorsHttpMethod,
  HttpApi,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";

/** No path, query or address: a hook's path can be its secret, and the rest is personal data. */
const ACCESS_LOG = {
  requestId: "$context.requestId",
  at: "$context.requestTime",
  route: "$context.routeKey",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  integrationMs: "$context.integrationLatency",
  bytes: "$context.responseLength",
  error: "$context.error.responseType",
};

/** The one way in: an HTTP API with explicit routes only, throttled, logged without what should not be kept. */
export class Api extends Construct {
  readonly api: HttpApi;
  private readonly stage: HttpStage;

  constructor(scope: Construct, id: string, { settings, key }: { settings: Settings; key: IKey }) {
    super(scope, id);
    const { corsOrigins } = settings;
    this.api = new HttpApi(this, "Http", {
      apiName: `kolo-${settings.stage}`,
      corsPreflight: corsOrigins.length === 0 ? undefined : cors(corsOrigins),
      createDefaultStage: false,
    });
    const logs = new LogGroup(this, "AccessLog", {
      encryptionKey: key,
      logGroupName: `/aws/vendedlogs/api/kolo-${settings.stage}`,
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stage = new HttpStage(this, "Stage", {
      httpApi: this.api,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logs),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
      autoDeploy: true,
      stageName: "$default",
      throttle: { rateLimit: settings.throttleRate, burstLimit: settings.throttleBurst },
    });
  }

  /** A lane for some routes: whatever the other ones are sent takes nothing of it. */
  lane(routes: readonly { on: string; route: HttpRoute }[], throttle: { rate: number; burst: number }): void {
    const settings = { ThrottlingRateLimit: throttle.rate, ThrottlingBurstLimit: throttle.burst };
    (this.stage.node.defaultChild as CfnStage).routeSettings = Object.fromEntries(
      routes.map(({ on }) => [on, settings]),
    );
    // A stage knows only the routes that were there before it.
    for (const { route } of routes) this.stage.node.addDependency(route);
  }
}

function cors(allowOrigins: string[]) {
  return {
    allowHeaders: ["authorization", "content-type", "idempotency-key", "if-match"],
    allowMethods: [CorsHttpMethod.ANY],
    allowOrigins,
    exposeHeaders: ["etag", "ratelimit", "ratelimit-policy", "retry-after"],
    maxAge: Duration.hours(1),
  };
}
