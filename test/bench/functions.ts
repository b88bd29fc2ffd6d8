import type { Topology } from "../../infra/local/ports.ts";
import type { LocalTopology } from "../../infra/local/topology.ts";

export type FunctionKind = "api" | "consumer" | "stream" | "tick" | "task";

/** A function of the templates, by the name that the wiring gives it. */
export interface BenchFunction {
  name: string;
  kind: FunctionKind;
  /** Its name in the account. */
  physicalName: string;
  roleArn: string;
  environment: Record<string, string>;
  /** The folder of its bundle. */
  root: string | undefined;
}

/** `RoutesOrdersReadFunction1A2B3C4D`: what makes a function, its name, and CDK's hash. */
const LOGICAL_ID = /^(Routes)?(.+?)(Consumer|Reader|Task)?Function[0-9A-F]{8}$/;
const KINDS: Record<string, FunctionKind> = { Routes: "api", Consumer: "consumer", Reader: "stream", Task: "tick" };

/** All functions of the templates. */
export function functionsOf(topology: Topology & Partial<Pick<LocalTopology, "asset">>): BenchFunction[] {
  return topology.all("AWS::Lambda::Function").map(({ logicalId, ref, properties }) => {
    const [, routes, id = logicalId, suffix] = LOGICAL_ID.exec(logicalId) ?? [];
    const { S3Key: asset } = properties.Code as { S3Key?: string };
    const environment = (properties.Environment as { Variables?: Record<string, unknown> })?.Variables ?? {};
    return {
      name: kebab(id),
      kind: KINDS[routes ?? suffix ?? ""] ?? "task",
      physicalName: ref,
      roleArn: String(properties.Role),
      environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
      root: asset === undefined ? undefined : topology.asset?.(asset),
    };
  });
}

const kebab = (id: string) => id.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
