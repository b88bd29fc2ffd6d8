import type { Context } from "aws-lambda";
import { dispatch } from "../../functions/shell/dispatch.ts";
import { gate } from "../../functions/shell/gate.ts";
import type { Runtime } from "../../functions/shell/port.ts";
import { consumers, routes, schedules, streams, tasks } from "../../infra/wiring.ts";
import { entriesOf } from "../support/routes.ts";

type Handler = (event: unknown, context: Context) => Promise<unknown>;
type Factory = (runtimeOf: () => Runtime) => Handler;

/** The one maker of handlers that a file has beside the handler of its Lambda. */
async function factoryIn(path: string): Promise<Factory> {
  const file = new URL(`../../functions/${path}.ts`, import.meta.url);
  const exported = (await import(/* @vite-ignore */ file.href)) as Record<string, unknown>;
  const makers = Object.entries(exported).filter(([name, one]) => name !== "handler" && typeof one === "function");
  const [only, ...more] = makers;
  if (!only || more.length > 0) throw new Error(`${path} must have one maker of its handler.`);
  return only[1] as Factory;
}

const named = (folder: string, lines: readonly { name: string }[]) =>
  lines.map(async ({ name }) => [name, await factoryIn(`${folder}/${name}`)] as const);

const factories = new Map<string, Factory>(
  await Promise.all([
    ...named("consumers", consumers),
    ...named("tasks", tasks),
    ...named("tasks", schedules),
    ...named("stream", streams),
  ]),
);

const nounOf = (run: string) => run.slice(0, run.indexOf("/"));
const nouns = [...new Set(routes.map(({ run }) => nounOf(run)))].filter((noun) => noun !== "docs");
const entries = new Map(await Promise.all(nouns.map(async (noun) => [noun, await entriesOf(noun)] as const)));

/** The functions of the wiring: a route's is named by its noun. */
export const routeKeysOf = (noun: string): string[] => Object.keys(entries.get(noun) ?? {});

/** Makes the handler of a function for one process. */
export function handlerOf(fn: string, runtimeOf: () => Runtime): (event: unknown) => Promise<unknown> {
  const of = entries.get(fn);
  const handler = of ? (dispatch(of, gate, runtimeOf) as Handler) : factories.get(fn)?.(runtimeOf);
  if (!handler) throw new Error(`There is no function ${fn}.`);
  return (event) => handler(event, {} as Context);
}
