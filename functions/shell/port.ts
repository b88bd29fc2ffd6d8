import type { Logger } from "@aws-lambda-powertools/logger";
import type { Instant } from "../../events/values.ts";

/** The wall clock; the shell is its only reader. */
export interface Clock {
  now(): Instant;
}

/** New ids: `<prefix>_<ULID>`. */
export interface Ids {
  next(prefix: string): string;
}

/** What every handler has. */
export interface Basics {
  clock: Clock;
  ids: Ids;
  logger: Pick<Logger, "info" | "warn" | "error">;
  /** Environment variables, as the deployment set them. */
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Something outside of the process, or built of such things: a table, a mail provider, a repository. A handler names
 * its ports in `needs`; a simulation gives others of the same name.
 */
export interface Port<T> {
  name: string;
  create(runtime: Runtime): T;
}

/** One process's ports, each made once. */
export interface Runtime extends Basics {
  get<T>(port: Port<T>): T;
}

/** The ports that a handler names, by the names it gives them. */
export type Needs = Record<string, Port<unknown>>;
/** What a handler receives for its needs. */
export type Provided<N extends Needs> = { [K in keyof N]: N[K] extends Port<infer T> ? T : never };

/** Declares a port by its name and how it is made. */
export const port = <T>(name: string, create: (runtime: Runtime) => T): Port<T> => ({ name, create });

/** A runtime over the given basics; `replaced` stands in for ports by name. */
export function runtimeOf(basics: Basics, replaced: Readonly<Record<string, unknown>> = {}): Runtime {
  const made = new Map<string, unknown>(Object.entries(replaced));
  const runtime: Runtime = {
    ...basics,
    get<T>(wanted: Port<T>): T {
      if (!made.has(wanted.name)) made.set(wanted.name, wanted.create(runtime));
      return made.get(wanted.name) as T;
    },
  };
  return runtime;
}

/** Resolves a handler's needs. */
export const provide = <N extends Needs>(runtime: Runtime, needs: N): Provided<N> =>
  Object.fromEntries(Object.entries(needs).map(([name, wanted]) => [name, runtime.get(wanted)])) as Provided<N>;

/** Reads a setting of the deployment; a missing one stops the process at its start. */
export function setting(runtime: Basics, name: string): string {
  const value = runtime.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}
