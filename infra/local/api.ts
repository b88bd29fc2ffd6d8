import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { corsHeaders, isPreflight, withoutCors } from "./api-cors.ts";
import { type ApiAnswer, apiAnswer, apiEvent, gatewayAnswer } from "./api-event.ts";
import { type ApiDefinition, type Found, findRoute } from "./api-routes.ts";
import type { LocalEngine } from "./engine.ts";
import { AccessDenied, messageOf, stackOf } from "./errors.ts";
import type { Access, Functions, Invocation } from "./ports.ts";

const BODY_BYTES_MAX = 10 * 1_048_576;
const DRAINED_BYTES_MAX = 10 * BODY_BYTES_MAX;

/** The HTTP APIs of the templates, behind one port. */
export class Api {
  readonly #apis: ApiDefinition[];
  readonly #engine: LocalEngine;
  readonly #functions: Functions;
  readonly #access: Access;
  readonly #place: { region: string; account: string };
  readonly #log: (line: string) => void;
  readonly #allowed = new Set<string>();
  #requests = 0;

  constructor(setup: {
    apis: ApiDefinition[];
    engine: LocalEngine;
    functions: Functions;
    access: Access;
    region: string;
    account: string;
    log: (line: string) => void;
  }) {
    this.#apis = setup.apis;
    this.#engine = setup.engine;
    this.#functions = setup.functions;
    this.#access = setup.access;
    this.#place = setup;
    this.#log = setup.log;
  }

  stats(): { requests: number } {
    return { requests: this.#requests };
  }

  readonly listener: RequestListener = (message, response) => {
    this.#requests += 1;
    this.#engine
      .busy(() => this.#serve(message, response))
      .catch((error: unknown) => {
        this.#log(`api: ${stackOf(error)}`);
        response.destroy();
      });
  };

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#answer(message);
    if (!answer) return;
    const length = answer.status === 204 || answer.status === 304 ? {} : { "content-length": answer.body.length };
    response.writeHead(answer.status, { ...answer.headers, ...length, "apigw-requestid": randomUUID() });
    response.end(message.method === "HEAD" ? undefined : answer.body);
  }

  /** Nothing when the client has gone away. */
  async #answer(message: IncomingMessage): Promise<ApiAnswer | undefined> {
    const [rawPath = "/", query = ""] = splitOnce(message.url ?? "/", "?");
    const target = this.#find(message.method ?? "GET", rawPath);
    const cors = (target?.api ?? this.#apis[0])?.cors;
    if (cors && isPreflight(message) && target?.found?.route.method !== "OPTIONS")
      return { status: 204, headers: corsHeaders(cors, message, true), body: Buffer.alloc(0) };
    const body = await readBody(message);
    if (body === "gone") return undefined;
    if (body === "too large") return gatewayAnswer(413, "Request Entity Too Large");
    if (!target) return gatewayAnswer(404, "Not Found");
    const answer = await this.#run({ ...target, message, body, query });
    return cors
      ? { ...answer, headers: { ...withoutCors(answer.headers), ...corsHeaders(cors, message, false) } }
      : answer;
  }

  #find(method: string, rawPath: string): { api: ApiDefinition; found: Found; path: string } | undefined {
    const path = decode(rawPath);
    for (const api of this.#apis) {
      const prefix = api.stage === "$default" ? "" : `/${api.stage}`;
      if (!path.startsWith(`${prefix}/`)) continue;
      const found = findRoute(api.routes, method, path.slice(prefix.length));
      if (found) return { api, found, path };
    }
    return undefined;
  }

  async #run(request: {
    api: ApiDefinition;
    found: Found;
    path: string;
    query: string;
    message: IncomingMessage;
    body: Buffer;
  }): Promise<ApiAnswer> {
    const { functionArn, timeoutMs } = request.found.route;
    if (!this.#mayInvoke(request.api, request.found)) return gatewayAnswer(500, "Internal Server Error");
    const event = apiEvent({ ...request, account: this.#place.account, now: this.#engine.now() });
    const outcome = await within(timeoutMs, this.#functions.invoke(functionArn, event));
    if (outcome === undefined) return gatewayAnswer(503, "Service Unavailable");
    if (outcome.ok) return apiAnswer(outcome.payload) ?? gatewayAnswer(500, "Internal Server Error");
    if (outcome.error.errorType === "RequestTooLargeException") return gatewayAnswer(413, "Request Entity Too Large");
    if (outcome.error.errorType === "TooManyRequestsException") return gatewayAnswer(503, "Service Unavailable");
    return gatewayAnswer(500, "Internal Server Error");
  }

  /** A function must permit the API to call it; a missing permission is the API's own 500. */
  #mayInvoke({ id }: ApiDefinition, { route }: Found): boolean {
    if (this.#allowed.has(route.key)) return true;
    const { region, account } = this.#place;
    const [method = "", path = ""] = route.key === "$default" ? ["*", "/$default"] : route.key.split(" ");
    const sourceArn = `arn:aws:execute-api:${region}:${account}:${id}/*/${method === "ANY" ? "*" : method}${path}`;
    try {
      const needs = [{ action: "lambda:InvokeFunction", resource: route.functionArn }];
      this.#access.checkActor({ service: "apigateway", sourceArn }, needs);
      this.#allowed.add(route.key);
      return true;
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      this.#log(`api: ${messageOf(error)}`);
      return false;
    }
  }
}

/** The whole body, unless it is larger than an HTTP API takes or its sender breaks off. */
function readBody(message: IncomingMessage): Promise<Buffer | "too large" | "gone"> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    message.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
      else if (bytes > DRAINED_BYTES_MAX) message.destroy();
    });
    // A client that still sends would not read the refusal, so what is too large is read to its end.
    message.on("end", () => resolve(bytes <= BODY_BYTES_MAX ? Buffer.concat(chunks) : "too large"));
    for (const end of ["close", "error"]) message.on(end, () => resolve("gone"));
  });
}

async function within(timeoutMs: number, work: Promise<Invocation>): Promise<Invocation | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  const outcome = await Promise.race([work, late]);
  clearTimeout(timer);
  return outcome;
}

/** HTTP APIs match and hand over the decoded path. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
