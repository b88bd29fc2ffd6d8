import { CannotStart } from "./errors.ts";
import type { Resource, Topology } from "./ports.ts";

/** One route of an HTTP API with the function behind it. */
export interface ApiRoute {
  /** As declared: `GET /v1/orders/{orderId}`. */
  key: string;
  method: string;
  segments: string[];
  functionArn: string;
  payloadVersion: string;
  timeoutMs: number;
}

/** An HTTP API of the templates. */
export interface ApiDefinition {
  id: string;
  stage: string;
  routes: ApiRoute[];
  cors: Cors | undefined;
}

/** What the API answers to browsers by itself. */
export interface Cors {
  AllowOrigins?: string[];
  AllowMethods?: string[];
  AllowHeaders?: string[];
  ExposeHeaders?: string[];
  AllowCredentials?: boolean;
  MaxAge?: number;
}

/** A route that a request found, with the values of its path's parameters. */
export interface Found {
  route: ApiRoute;
  parameters: Record<string, string>;
}

const INTEGRATION_MS_MAX = 30_000;

/** Reads the HTTP APIs of the topology. */
export function readApis(topology: Topology): ApiDefinition[] {
  const integrations = new Map(topology.all("AWS::ApiGatewayV2::Integration").map((each) => [each.ref, each]));
  return topology.all("AWS::ApiGatewayV2::Api").map(({ ref, properties }) => {
    if (properties.ProtocolType !== "HTTP") throw new CannotStart(`The API ${ref} is not an HTTP API.`);
    const own = (type: string) => topology.all(type).filter((each) => each.properties.ApiId === ref);
    return {
      id: ref,
      stage: String(own("AWS::ApiGatewayV2::Stage")[0]?.properties.StageName ?? "$default"),
      routes: own("AWS::ApiGatewayV2::Route").map((route) => readRoute(route, integrations)),
      cors: properties.CorsConfiguration as Cors | undefined,
    };
  });
}

function readRoute({ properties }: Resource, integrations: Map<string, Resource>): ApiRoute {
  const key = String(properties.RouteKey);
  if (properties.AuthorizationType !== undefined && properties.AuthorizationType !== "NONE")
    throw new CannotStart(`The route ${key} has an authorizer of the API, which the local cloud does not run.`);
  const integration = integrations.get(String(properties.Target).replace("integrations/", ""));
  const {
    IntegrationType,
    IntegrationUri = "",
    PayloadFormatVersion = "1.0",
    TimeoutInMillis,
  } = integration?.properties ?? {};
  if (IntegrationType !== "AWS_PROXY") throw new CannotStart(`The route ${key} does not lead to a Lambda function.`);
  const [method = "", path = ""] = key === "$default" ? ["ANY", "/{proxy+}"] : key.split(" ");
  return {
    key,
    method,
    segments: segmentsOf(path),
    functionArn: /functions\/(arn:[^/]+)\/invocations/.exec(String(IntegrationUri))?.[1] ?? String(IntegrationUri),
    payloadVersion: String(PayloadFormatVersion),
    timeoutMs: Number(TimeoutInMillis ?? INTEGRATION_MS_MAX),
  };
}

/** Finds the most specific route: literal segments before parameters, both before `{proxy+}`, its method before ANY. */
export function findRoute(routes: readonly ApiRoute[], method: string, path: string): Found | undefined {
  const segments = segmentsOf(path);
  let best: (Found & { rank: string }) | undefined;
  for (const route of routes) {
    if (route.method !== method && route.method !== "ANY") continue;
    const parameters = match(route.segments, segments);
    if (!parameters) continue;
    const rank = rankOf(route);
    if (!best || rank < best.rank) best = { route, parameters, rank };
  }
  return best && { route: best.route, parameters: best.route.key === "$default" ? {} : best.parameters };
}

function segmentsOf(path: string): string[] {
  return path.split("/").slice(1);
}

function match(declared: string[], actual: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of declared.entries()) {
    const name = /^\{(.+?)(\+?)\}$/.exec(segment);
    if (name?.[2]) {
      const rest = actual.slice(index).join("/");
      if (rest === "" && declared.length > 1) return undefined;
      parameters[name[1] ?? ""] = rest;
      return parameters;
    }
    const value = actual[index];
    if (value === undefined || (name ? value === "" : value !== segment)) return undefined;
    if (name) parameters[name[1] ?? ""] = value;
  }
  return declared.length === actual.length ? parameters : undefined;
}

/** Sorts before another route's rank when it is the more specific one. */
function rankOf({ key, method, segments }: ApiRoute): string {
  const kinds = segments.map((segment) => (segment.endsWith("+}") ? "2" : segment.startsWith("{") ? "1" : "0"));
  return `${key === "$default" ? "9" : ""}${kinds.join("")}${method === "ANY" ? "1" : "0"}`;
}
