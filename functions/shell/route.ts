import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import { fact, id } from "../../events/values.ts";
import type { Origin } from "../table/aggregates.ts";
import type { Caller } from "./caller.ts";
import type { Basics, Needs, Provided } from "./port.ts";

/** A request after the gate: authenticated, in limits, and every field of the declared form. */
export interface Input<P, Q, B> {
  path: P;
  query: Q;
  body: B;
  caller: Caller;
  /** Who and what led here, for every event that follows; carries the mark of an Idempotency-Key. */
  origin: Origin;
  event: APIGatewayProxyEventV2;
  /** The shell's time at the start of the request. */
  now: string;
}

/** What a guarded route is told besides. */
export interface Guard {
  /** The version of If-Match, when it was sent. */
  ifMatch: number | undefined;
}

/** What a route answers: a body, or the id of a resource that `present` shows. */
export interface Reply {
  status: number;
  body?: unknown;
  resource?: string;
  headers?: Record<string, string>;
  /** Version of the resource, for the ETag. */
  version?: number;
}

/** One route: its forms, what it needs, and what it does. Its address and roles are a line of the wiring. */
export interface RouteConfig<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  N extends Needs,
  G extends boolean,
> {
  /** One sentence for the API reference. */
  summary: string;
  path?: P;
  query?: Q;
  /** The JSON body; absent = the route takes none. */
  body?: B;
  /** The bodies of success, by status. */
  answers: Readonly<Record<number, z.ZodType>>;
  needs?: N;
  /** True where a change may be meant for one version of its resource: only then is If-Match read. */
  guarded?: G;
  run(
    input: Input<z.infer<P>, z.infer<Q>, z.infer<B>> & (G extends true ? Guard : object),
    context: Provided<N> & Basics,
  ): Promise<Reply>;
  /**
   * Shows a resource that `run` named: the first answer and the repeated one of an Idempotency-Key are made alike.
   * Every POST route needs it, because secrets and results are not kept with the mark.
   */
  present?(
    resource: string,
    context: Provided<N> & Basics,
    caller: Caller,
    event: APIGatewayProxyEventV2,
    body: z.infer<B>,
  ): Promise<Omit<Reply, "status">>;
}

/** A route as the dispatcher and the API reference see it. */
// biome-ignore lint/suspicious/noExplicitAny: a list of routes holds many forms.
export type AnyRoute = RouteConfig<any, any, any, any, any>;

const Nothing = z.strictObject({});

/**
 * Declares a route. Errors: 400 with a pointer to every wrong field, 401, 403, 404, 409, 412, 413, 415, 422 as
 * problem+json; a fault is a 500 without detail.
 */
export function route<
  P extends z.ZodType = typeof Nothing,
  Q extends z.ZodType = typeof Nothing,
  B extends z.ZodType = z.ZodUndefined,
  N extends Needs = Record<never, never>,
  G extends boolean = false,
>(config: RouteConfig<P, Q, B, N, G>): RouteConfig<P, Q, B, N, G> {
  return config;
}

/** `?limit=` and `?cursor=` of every list. */
export const PageQuery = {
  limit: fact(z.coerce.number().int().min(1).max(100)).default(25),
  cursor: id(z.string().max(2_000)).optional(),
};

/** The page that every list answers. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: id(z.string()).nullable() });
