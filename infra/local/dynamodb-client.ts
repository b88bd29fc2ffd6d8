import { Agent, request } from "node:http";

const SOCKETS_MAX = 64;
const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=local/20200101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=local";

/** What DynamoDB Local answered. */
export interface DynamoAnswer {
  status: number;
  type: string;
  body: Buffer;
}

/** An error of DynamoDB itself. */
export class DynamoError extends Error {
  constructor(answer: DynamoAnswer) {
    const { __type = "", message, Message } = JSON.parse(answer.body.toString() || "{}");
    super(message ?? Message ?? `status ${answer.status}`);
    this.name = String(__type).split("#").at(-1) ?? "DynamoError";
  }
}

/** Speaks to DynamoDB Local over kept-alive connections. */
export class DynamoClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends a body as it is. `target` is `DynamoDB_20120810.PutItem`. */
  send(target: string, body: Buffer): Promise<DynamoAnswer> {
    return new Promise((resolve, reject) => {
      const headers = {
        "x-amz-target": target,
        "content-type": "application/x-amz-json-1.0",
        "content-length": body.length,
        authorization: AUTHORIZATION,
      };
      const options = { host: "127.0.0.1", port: this.#port, method: "POST", agent: this.#agent, headers };
      const call = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const type = response.headers["content-type"] ?? "application/x-amz-json-1.0";
          resolve({ status: response.statusCode ?? 500, type, body: Buffer.concat(chunks) });
        });
      });
      call.on("error", reject);
      call.end(body);
    });
  }

  /** Calls an operation of the table API. */
  call<T = Record<string, unknown>>(operation: string, input: unknown): Promise<T> {
    return this.#operation<T>(`DynamoDB_20120810.${operation}`, input);
  }

  /** Calls an operation of the streams API. */
  callStreams<T = Record<string, unknown>>(operation: string, input: unknown): Promise<T> {
    return this.#operation<T>(`DynamoDBStreams_20120810.${operation}`, input);
  }

  async #operation<T>(target: string, input: unknown): Promise<T> {
    const answer = await this.send(target, Buffer.from(JSON.stringify(input)));
    if (answer.status !== 200) throw new DynamoError(answer);
    return JSON.parse(answer.body.toString()) as T;
  }

  close(): void {
    this.#agent.destroy();
  }
}
