import { randomUUID } from "node:crypto";
import type { AwsRequest, ServiceFactory } from "../ports.ts";
import { allow } from "./permissions.ts";
import { awsService, type Codec, type Counters, count, type Operations } from "./protocol.ts";
import { jsonCodec } from "./protocol-json.ts";
import { queryCodec } from "./protocol-query.ts";

/** Amazon CloudWatch Logs: log events are taken and counted, not kept. */
export const logs: ServiceFactory = ({ topology, log }) => {
  const counters: Counters = {};
  const groupArn = (name: string) => `arn:aws:logs:${topology.region}:${topology.account}:log-group:${name}`;
  const onGroup = (action: string) => (input: { logGroupName?: string }) =>
    allow(`logs:${action}`, `${groupArn(input.logGroupName ?? "")}:*`);
  const onStream = (action: string) => (input: { logGroupName?: string; logStreamName?: string }) =>
    allow(`logs:${action}`, `${groupArn(input.logGroupName ?? "")}:log-stream:${input.logStreamName ?? ""}`);
  const operations: Operations = {
    CreateLogGroup: { needs: onGroup("CreateLogGroup"), run: () => ({}) },
    CreateLogStream: { needs: onGroup("CreateLogStream"), run: () => ({}) },
    PutLogEvents: {
      needs: onStream("PutLogEvents"),
      run({ logEvents = [] }: { logEvents?: { message?: string }[] }) {
        count(counters, "logEvents", logEvents.length);
        count(
          counters,
          "logBytes",
          logEvents.reduce((sum, { message = "" }) => sum + Buffer.byteLength(message), 0),
        );
        return { nextSequenceToken: randomUUID() };
      },
    },
    DescribeLogGroups: {
      needs: () => allow("logs:DescribeLogGroups", groupArn("*")),
      run: () => ({
        logGroups: topology.all("AWS::Logs::LogGroup").map(({ ref, arn }) => ({ logGroupName: ref, arn })),
      }),
    },
  };
  return {
    ...awsService({ names: ["logs"], codec: jsonCodec("1.1"), operations, counters, log }),
    accepts: (arn) => arn.startsWith("arn:aws:logs:") && arn.includes(":log-group:"),
    async deliver(_arn, payload) {
      count(counters, "logEvents");
      count(counters, "logBytes", Buffer.byteLength(JSON.stringify(payload)));
    },
    views: { stats: () => counters },
  };
};

/** Amazon CloudWatch: metric data is taken and counted, not kept, in any of the protocols that clients speak. */
export const cloudwatch: ServiceFactory = ({ log }) => {
  const counters: Counters = {};
  const operations: Operations = {
    PutMetricData: { needs: () => allow("cloudwatch:PutMetricData", "*"), run: () => ({}) },
  };
  return {
    ...awsService({ names: ["monitoring"], codec: anyCodec, operations, counters, log }),
    views: { stats: () => counters },
  };
};

const CBOR_HEADERS = { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" };
const EMPTY_CBOR_MAP = Buffer.from([0xa0]);
const query = queryCodec("http://monitoring.amazonaws.com/doc/2010-08-01/");
const json = jsonCodec("1.0");

/** CBOR by operation name only: nothing of the data is read, nothing but an empty map is answered. */
const cbor: Codec = {
  read: ({ path }) => ({ operation: path.split("/").at(-1) ?? "", input: {} }),
  result: () => ({ status: 200, headers: CBOR_HEADERS, body: EMPTY_CBOR_MAP }),
  error: (_operation, { status }) => ({ status, headers: CBOR_HEADERS, body: EMPTY_CBOR_MAP }),
};

/** The codec of the protocol that the client chose. */
function spokenIn({ headers, path }: AwsRequest): Codec {
  if (headers["smithy-protocol"] || path.includes("/operation/")) return cbor;
  return headers["x-amz-target"] ? json : query;
}

const anyCodec: Codec = {
  read: (request) => spokenIn(request).read(request),
  result: (operation, output, request) => spokenIn(request).result(operation, output, request),
  error: (operation, error, request) => spokenIn(request).error(operation, error, request),
};
