import { timingSafeEqual } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { port } from "./port.ts";
import { Problem } from "./problem.ts";
import { storedSecret } from "./secrets.ts";

/** The header by which the edge shows that a request came through it. */
export const ORIGIN_HEADER = "x-kolo-origin";

/** What stands between the gateway and the gate where a deployment has an edge. */
export interface Edge {
  /** The request as its sender made it: to the edge's host, and without the edge's secret. Others are refused. */
  through(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyEventV2>;
}

const isSame = (sent: string, wanted: unknown): boolean =>
  typeof wanted === "string" &&
  wanted !== "" &&
  Buffer.byteLength(sent) === Buffer.byteLength(wanted) &&
  timingSafeEqual(Buffer.from(sent), Buffer.from(wanted));

/** Without `EDGE_HOST` there is no edge; without `EDGE_SECRET_ARN` requests need not come by it. */
export const edge = port("edge", (runtime): Edge => {
  const { EDGE_HOST: host, EDGE_SECRET_ARN: lock } = runtime.env;
  const secret = lock === undefined ? undefined : storedSecret(runtime, "EDGE_SECRET_ARN");
  /** The secret has two slots, so that it can change while requests with either are under way. */
  const isKnown = async (sent: string): Promise<boolean> => {
    if (!secret) return true;
    do {
      const { current, previous } = JSON.parse(await secret.get()) as Record<string, unknown>;
      if (isSame(sent, current) || isSame(sent, previous)) return true;
    } while (secret.doubt());
    return false;
  };
  return {
    async through(event) {
      if (host === undefined) return event;
      const { [ORIGIN_HEADER]: sent = "", ...headers } = event.headers;
      if (await isKnown(sent)) return { ...event, headers: { ...headers, host } };
      throw new Problem(403, "not_by_the_edge", `Requests are taken at https://${host} only.`);
    },
  };
});
