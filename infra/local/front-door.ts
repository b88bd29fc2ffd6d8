import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { AccessDenied, stackOf } from "./errors.ts";
import { errorResponse } from "./front-door-refusal.ts";
import type { Iam } from "./iam.ts";
import type { AwsRequest, AwsResponse, Service } from "./ports.ts";

const BODY_BYTES_MAX = 64 * 1_048_576;

/** The one way to every AWS service: it knows the caller by its access key and asks IAM before each call. */
export class FrontDoor {
  readonly #services: () => readonly Service[];
  readonly #iam: Iam;
  readonly #roles: ReadonlyMap<string, string>;
  readonly #log: (line: string) => void;
  readonly #requests: Record<string, number> = {};

  /** `roles` gives the role's ARN of each access key; any other key is the operator's. */
  constructor(setup: {
    services: () => readonly Service[];
    iam: Iam;
    roles: ReadonlyMap<string, string>;
    log: (line: string) => void;
  }) {
    this.#services = setup.services;
    this.#iam = setup.iam;
    this.#roles = setup.roles;
    this.#log = setup.log;
  }

  /** Calls by service since the start. */
  stats(): Record<string, number> {
    return { ...this.#requests };
  }

  /** Answers HTTP requests of SDK clients. */
  readonly listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) request.destroy();
      else chunks.push(chunk);
    });
    request.on("error", () => response.destroy());
    request.on("end", () => {
      this.#answer(request, Buffer.concat(chunks), response).catch((error: unknown) => {
        this.#log(`front door: ${stackOf(error)}`);
        response.destroy();
      });
    });
  };

  async #answer(message: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const request = this.#read(message, body);
    const { status, headers, body: answer } = await this.call(request);
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(answer) });
    response.end(request.method === "HEAD" ? undefined : answer);
  }

  /** Judges and carries out one call; whatever goes wrong becomes an answer in the service's own form. */
  async call(request: AwsRequest): Promise<AwsResponse> {
    const service = this.#services().find(({ names }) => names.includes(request.service));
    if (!service) {
      const sentence = `The local cloud has no service "${request.service}".`;
      return errorResponse(request, "UnknownOperationException", sentence, 501);
    }
    this.#requests[request.service] = (this.#requests[request.service] ?? 0) + 1;
    try {
      const needs = service.permissions(request);
      if (needs) this.#iam.check(request.principal, needs);
      return await service.handle(request);
    } catch (error) {
      if (error instanceof AccessDenied) return errorResponse(request, "AccessDeniedException", error.message);
      this.#log(`${request.service} failed: ${stackOf(error)}`);
      return errorResponse(request, "InternalFailure", "The local cloud failed; see its log.", 500);
    }
  }

  #read(message: IncomingMessage, body: Buffer): AwsRequest {
    const url = new URL(message.url ?? "/", "http://localhost");
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(message.headers))
      headers[name] = Array.isArray(value) ? value.join(",") : (value ?? "");
    const credential = headers.authorization ?? url.searchParams.get("X-Amz-Credential") ?? "";
    const [, accessKey = "", , service = ""] =
      /(?:Credential=)?([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(credential) ?? [];
    const principal = this.#roles.get(accessKey);
    const { method = "GET" } = message;
    return { service, method, path: url.pathname, query: url.searchParams, headers, body, principal };
  }
}
