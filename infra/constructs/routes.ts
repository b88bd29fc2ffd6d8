import { type HttpApi, HttpMethod, type HttpRoute } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import type { Route } from "../wiring-types.ts";
import { apiReference } from "./api-reference.ts";
import { AppFunction, type House, pascal } from "./app-function.ts";
import { counting, secret } from "./grants.ts";
import { checkRoles, groupRoutes, type RouteGroup, routeEntry } from "./route-groups.ts";

const TIMEOUT_SECONDS = 10;
/** The group that serves the API reference: it carries the document of all routes. */
const REFERENCE = "docs";
/** The group that takes what providers deliver. */
const DELIVERIES = "webhooks";

export interface RoutesProps {
  api: HttpApi;
  house: House;
  routes: readonly Route[];
  /** The secret of the edge, where everything must come by it. */
  door?: ISecret;
  /** Environment variables of the functions behind routes. */
  environment: Record<string, string>;
}

/** Every route of the wiring with the functions behind them. */
export class Routes extends Construct {
  readonly functions: readonly AppFunction[];
  /** The routes that providers deliver to. */
  readonly deliveries: { on: string; route: HttpRoute }[] = [];

  constructor(scope: Construct, id: string, props: RoutesProps) {
    super(scope, id);
    this.functions = groupRoutes(props.routes).map((group) => this.serve(group, props));
  }

  private serve(group: RouteGroup, { api, house, environment, routes, door }: RoutesProps): AppFunction {
    const locked = door && secret(house.grantable, "EDGE_SECRET_ARN", door);
    const assets = group.name === REFERENCE ? { assets: apiReference(routes) } : {};
    const served = new AppFunction(this, pascal(group.name), {
      entry: { ...routeEntry(group), ...assets },
      house,
      uses: group.uses,
      memoryMb: group.memoryMb,
      timeoutSeconds: group.timeoutSeconds ?? TIMEOUT_SECONDS,
      description: group.routes.map(({ on }) => on).join(", "),
      environment: { ...environment, ...locked?.environment },
    });
    served.allow(...(locked?.statements ?? []));
    const isOpen = group.routes.every((route) => checkRoles(route) === "public");
    if (!isOpen && !group.uses.includes("table:write")) served.allow(...counting(house.grantable));
    // One permission for the whole API: explicit routes decide what reaches the function.
    const integration = new HttpLambdaIntegration(`${pascal(group.name)}Routes`, served.handler, {
      scopePermissionToRoute: false,
    });
    for (const { on } of group.routes) {
      const [method, path] = on.split(" ") as [HttpMethod, string];
      const made = api.addRoutes({ path, methods: [HttpMethod[method]], integration });
      if (group.name === DELIVERIES) this.deliveries.push(...made.map((route) => ({ on, route })));
    }
    return served;
  }
}
