import type { ServiceFactory } from "../ports.ts";

/** What a service's module is made from. */
export type Cloud = Parameters<ServiceFactory>[0];

/** A service as its factory returns it. */
export type LocalService = ReturnType<ServiceFactory>;

/** The last part of an ARN: `arn:aws:sqs:region:account:name` gives `name`. */
export function arnName(arn: string): string {
  return arn.split(":").slice(5).join(":");
}

/** Templates may carry a JSON document as an object or as text. */
export function document<T>(value: unknown): T | undefined {
  if (value === undefined || value === null) return undefined;
  return (typeof value === "string" ? JSON.parse(value) : value) as T;
}
