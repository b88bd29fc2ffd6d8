import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { page } from "./control-page.ts";
import { type Counted, since } from "./control-stats.ts";
import type { LocalEngine } from "./engine.ts";
import { stackOf } from "./errors.ts";
import type { FunctionPool } from "./functions.ts";
import type { Iam } from "./iam.ts";
import type { Issuer } from "./issuer.ts";
import type { LocalTopology } from "./topology.ts";

const BODY_BYTES_MAX = 1_048_576;
const YEAR_SECONDS = 366 * 86_400;
const ADVANCE_SECONDS_MAX = 10 * YEAR_SECONDS;

/** What tests and people may switch. */
export interface Switches {
  duplicate: boolean;
  paused: boolean;
}

interface Setup {
  topology: LocalTopology;
  engine: LocalEngine;
  functions: FunctionPool;
  iam: Iam;
  issuer: Issuer;
  switches: Switches;
  /** Called after a switch was turned. */
  switched(): void;
  /** The rows that services show, by name. */
  views(): Record<string, () => unknown>;
  counters(): Counted;
  url: string;
  endpoint: string;
  log: (line: string) => void;
}

type Route = (setup: Setup, input: Record<string, unknown>, query: URLSearchParams) => unknown;

/** Everything under `/_local`, which AWS does not have. */
export class Control {
  readonly #setup: Setup;
  #baseline: Counted = {};

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  readonly listener: RequestListener = (message, response) => void this.#serve(message, response);

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isForeign(message, this.#setup.url)) return respond(response, 403, { message: "Forbidden" });
    try {
      const url = new URL(message.url ?? "/", "http://localhost");
      const path = url.pathname.slice("/_local".length);
      if (message.method === "GET" && (path === "" || path === "/")) return this.#page(response);
      const result = await this.#answer(`${message.method} ${path}`, await readJson(message), url.searchParams);
      if (result === undefined) respond(response, 404, { message: "Not Found" });
      else respond(response, 200, result);
    } catch (error) {
      const status = error instanceof BadRequest ? 400 : 500;
      if (status === 500) this.#setup.log(`control: ${stackOf(error)}`);
      respond(response, status, { message: error instanceof Error ? error.message : String(error) });
    }
  }

  async #answer(route: string, input: Record<string, unknown>, query: URLSearchParams): Promise<unknown> {
    const setup = this.#setup;
    if (route === "GET /stats") return since(setup.counters(), this.#baseline);
    if (route === "POST /stats/reset") {
      this.#baseline = setup.counters();
      return {};
    }
    const known = ROUTES[route];
    if (known) return known(setup, input, query);
    const [, pool = "", document = ""] = /^GET \/issuer\/([^/]+)(\/.+)$/.exec(route) ?? [];
    if (pool) return setup.issuer.document(pool, document);
    const view = route.startsWith("GET /") ? setup.views()[route.slice("GET /".length)]?.() : undefined;
    return Array.isArray(view) ? { items: view } : view;
  }

  #page(response: ServerResponse): void {
    const { engine, topology, functions, views, url, endpoint } = this.#setup;
    const shown = Object.fromEntries(Object.entries(views()).map(([name, view]) => [name, view()]));
    const html = page({ ...topology, now: engine.now(), functions: functions.stats(), views: shown, url, endpoint });
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(html);
  }
}

class BadRequest extends Error {}

const ROUTES: Record<string, Route> = {
  "GET /credentials": ({ issuer }) => issuer.credentials(),
  "GET /clock": ({ engine }) => ({ now: new Date(engine.now()).toISOString() }),
  async "POST /clock"({ engine }, { advanceSeconds }) {
    if (typeof advanceSeconds !== "number" || !(advanceSeconds >= 0 && advanceSeconds <= ADVANCE_SECONDS_MAX))
      throw new BadRequest("`advanceSeconds` is a number from 0 up to ten years; the clock never goes back.");
    await engine.advance(Math.round(advanceSeconds * 1000));
    return { now: new Date(engine.now()).toISOString() };
  },
  async "POST /settle"({ engine }, { timeoutSeconds }) {
    const late = typeof timeoutSeconds === "number" ? pause(timeoutSeconds * 1000, "late", { ref: false }) : undefined;
    if ((await Promise.race([engine.settle(), late].filter(Boolean))) === "late")
      throw new Error(`Still in flight after ${timeoutSeconds} s: ${JSON.stringify(engine.inFlight())}`);
    return { now: new Date(engine.now()).toISOString() };
  },
  "GET /inflight": ({ engine }) => engine.inFlight(),
  "GET /iam": ({ iam }) => iam.usage.report(),
  "GET /faults": ({ switches }) => switches,
  "POST /faults"({ switches, switched, functions }, { duplicate, paused, kill }) {
    if (typeof duplicate === "boolean") switches.duplicate = duplicate;
    if (typeof paused === "boolean") switches.paused = paused;
    const killed = kill === undefined ? undefined : functions.kill(kill === "*" ? undefined : String(kill));
    switched();
    return { ...switches, ...(killed === undefined ? {} : { killed }) };
  },
  "GET /topology": ({ topology, url, endpoint }) => ({
    url,
    endpoint,
    region: topology.region,
    account: topology.account,
    outputs: topology.outputs,
    resources: topology.resources.map(({ stack, logicalId, type, ref, arn }) => ({ stack, logicalId, type, ref, arn })),
  }),
  "GET /logs"({ functions }, _input, query) {
    const name = query.get("function");
    return name ? functions.logs(name) : { functions: Object.keys(functions.stats()) };
  },
};

/**
 * A page of some other site must not read the tokens or move the clock, neither by a form
 * nor by a name that it points at this machine.
 */
function isForeign({ headers }: IncomingMessage, url: string): boolean {
  const name = (headers.host ?? "").replace(/:\d+$/, "");
  const known = ["localhost", "127.0.0.1", "[::1]", new URL(url).hostname].includes(name) || url.includes("//0.0.0.0:");
  return !known || headers["sec-fetch-site"] === "cross-site";
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

function readJson(message: IncomingMessage): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    let text = "";
    message.setEncoding("utf8");
    message.on("data", (chunk: string) => {
      text += chunk;
      if (text.length > BODY_BYTES_MAX) reject(new BadRequest("The body is too large."));
    });
    message.on("error", reject);
    message.on("end", () => {
      try {
        const value: unknown = JSON.parse(text || "{}");
        if (typeof value !== "object" || value === null) throw new BadRequest("The body is not a JSON object.");
        resolve(value as Record<string, unknown>);
      } catch (cause) {
        reject(new BadRequest("The body is not a JSON object.", { cause }));
      }
    });
  });
}
