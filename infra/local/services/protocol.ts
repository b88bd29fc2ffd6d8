import { AccessDenied, stackOf } from "../errors.ts";
import type { AwsRequest, AwsResponse, Permission, Service } from "../ports.ts";
import { AwsError } from "./errors.ts";

/** One operation of a service: what IAM must allow, and what it does. */
export interface Operation<Input> {
  needs(input: Input, request: AwsRequest): Permission[];
  run(input: Input, request: AwsRequest): unknown;
}

/** The operations of a service by their AWS names. */
// biome-ignore lint/suspicious/noExplicitAny: every operation types its own input, the codec cannot know it
export type Operations = Record<string, Operation<any>>;

/** How a family of services writes requests, results and errors on the wire. */
export interface Codec {
  read(request: AwsRequest): { operation: string; input: unknown };
  result(operation: string, output: unknown, request: AwsRequest): AwsResponse;
  error(operation: string, error: AwsError, request: AwsRequest): AwsResponse;
}

/** Counts of a service's requests by operation since the start. */
export type Counters = Record<string, number>;

/** Adds one (or more) to a counter. */
export function count(counters: Counters, name: string, by = 1): void {
  counters[name] = (counters[name] ?? 0) + by;
}

/** Puts operations behind a wire protocol. */
export function awsService(setup: {
  names: readonly string[];
  codec: Codec;
  operations: Operations;
  counters: Counters;
  log: (line: string) => void;
}): Service {
  const { names, codec, operations, counters, log } = setup;
  return {
    names,
    permissions(request) {
      try {
        const { operation, input } = codec.read(request);
        return operations[operation]?.needs(input, request);
      } catch (error) {
        // An unreadable request touches nothing; `handle` answers it with the error of the protocol.
        if (error instanceof AwsError) return [];
        throw error;
      }
    },
    async handle(request) {
      let operation = "Unknown";
      try {
        const call = codec.read(request);
        operation = call.operation;
        const known = operations[operation];
        if (!known) throw new AwsError("UnknownOperationException", `The operation ${operation} is not known here.`);
        count(counters, operation);
        return codec.result(operation, await known.run(call.input, request), request);
      } catch (error) {
        if (error instanceof AwsError) return codec.error(operation, error, request);
        // The front door answers refusals in the form of every protocol.
        if (error instanceof AccessDenied) throw error;
        log(`${names[0]} ${operation} failed: ${stackOf(error)}`);
        const failure = new AwsError("InternalFailure", "The local cloud failed; see its log.", 500);
        return codec.error(operation, failure, request);
      }
    },
  };
}
