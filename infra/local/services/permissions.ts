import type { Permission, Topology } from "../ports.ts";

/** One permission, with the condition keys AWS gives for it. */
export function allow(action: string, resource: string, context?: Permission["context"]): Permission[] {
  return [context ? { action, resource, context } : { action, resource }];
}

/** Handing a role to a service: `iam:PassRole` with the service named, as AWS checks it. */
export function passRole(roleArn: string | undefined, service: string): Permission[] {
  return roleArn ? allow("iam:PassRole", roleArn, { "iam:PassedToService": service }) : [];
}

/**
 * What the caller needs of a customer-managed key when a service encrypts or decrypts for it.
 * Keys that AWS owns (`alias/aws/...`, or none) need no permission.
 */
export function keyUse(topology: Topology, keyId: unknown, via: string, ...actions: string[]): Permission[] {
  if (typeof keyId !== "string" || keyId === "" || keyId.startsWith("alias/aws/")) return [];
  const arn = keyId.startsWith("arn:") ? keyId : `arn:aws:kms:${topology.region}:${topology.account}:key/${keyId}`;
  const context = {
    "kms:ViaService": `${via}.${topology.region}.amazonaws.com`,
    "kms:CallerAccount": topology.account,
  };
  return actions.flatMap((action) => allow(action, arn, context));
}
