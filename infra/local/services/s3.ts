import { randomUUID } from "node:crypto";
import type { AwsRequest, AwsResponse, Permission, ServiceFactory } from "../ports.ts";
import type { Cloud } from "./cloud.ts";
import { AwsError } from "./errors.ts";
import { allow, keyUse } from "./permissions.ts";
import { awsService, type Codec, type Counters, type Operations } from "./protocol.ts";
import { readUpload } from "./s3-body.ts";
import { listObjects } from "./s3-listing.ts";
import { type ObjectHead, Objects } from "./s3-objects.ts";
import { Flat, xml } from "./xml.ts";

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
const KEPT_HEADERS = /^(x-amz-meta-.*|cache-control|content-disposition|content-encoding|content-language|expires)$/;
/** Operations that a query parameter asks for; those without a name here are refused. */
const SUBRESOURCES = ["uploads", "uploadId", "acl", "tagging", "policy", "versions", "versioning", "cors", "lifecycle"];

interface Input {
  bucket: string;
  key: string;
}

/** Amazon S3: the buckets of the templates, path style, whole objects. */
export const s3: ServiceFactory = (cloud) => {
  const counters: Counters = {};
  const objects = new Objects(cloud.engine.database);
  const buckets = new Buckets(cloud);
  const operations = { ...objectWriters(cloud, buckets, objects), ...readers(cloud, buckets, objects) };
  return {
    ...awsService({ names: ["s3"], codec, operations, counters, log: cloud.log }),
    views: { stats: () => counters },
  };
};

const codec: Codec = {
  read(request) {
    const [bucket = "", ...rest] = request.path.slice(1).split("/");
    const input: Input = { bucket: decodeURIComponent(bucket), key: decodeURIComponent(rest.join("/")) };
    return { operation: operationOf(request, input), input };
  },
  result: (_operation, output) => output as AwsResponse,
  error(operation, { code, message, status }) {
    const body = xml("Error", { Code: code, Message: message, RequestId: randomUUID() });
    return { status, headers: { "content-type": "application/xml" }, body: operation.startsWith("Head") ? "" : body };
  },
};

function operationOf({ method, query, headers }: AwsRequest, { bucket, key }: Input): string {
  if (SUBRESOURCES.some((name) => query.has(name))) return `${method} of a subresource`;
  if (bucket === "") return method === "GET" ? "ListBuckets" : method;
  if (key === "") {
    if (method === "POST" && query.has("delete")) return "DeleteObjects";
    return (
      { HEAD: "HeadBucket", GET: query.get("list-type") === "2" ? "ListObjectsV2" : "ListObjects" }[method] ?? method
    );
  }
  if (headers["x-amz-copy-source"]) return "CopyObject";
  return { PUT: "PutObject", GET: "GetObject", HEAD: "HeadObject", DELETE: "DeleteObject" }[method] ?? method;
}

class Buckets {
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  names(): string[] {
    return this.#cloud.topology.all("AWS::S3::Bucket").map(({ ref }) => ref);
  }

  has(name: string): boolean {
    return this.names().includes(name);
  }

  check({ bucket }: Input): void {
    if (!this.has(bucket)) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
  }

  /** What an action on an object needs, the bucket's own key included. */
  needs(action: string, { bucket, key }: Input, ...keyActions: string[]): Permission[] {
    const arn = `arn:aws:s3:::${bucket}`;
    const properties = this.#cloud.topology.all("AWS::S3::Bucket").find(({ ref }) => ref === bucket)?.properties;
    return [
      ...allow(action, `${arn}/${key}`),
      ...keyUse(this.#cloud.topology, bucketKey(properties), "s3", ...keyActions),
    ];
  }
}

/** The customer-managed key of a bucket's default encryption. */
function bucketKey(properties: Record<string, unknown> | undefined): unknown {
  const encryption = properties?.BucketEncryption as
    | { ServerSideEncryptionConfiguration?: { ServerSideEncryptionByDefault?: { KMSMasterKeyID?: unknown } }[] }
    | undefined;
  return encryption?.ServerSideEncryptionConfiguration?.[0]?.ServerSideEncryptionByDefault?.KMSMasterKeyID;
}

function objectWriters({ engine }: Cloud, buckets: Buckets, objects: Objects): Operations {
  return {
    PutObject: {
      needs: (input: Input) => buckets.needs("s3:PutObject", input, "kms:GenerateDataKey"),
      run(input: Input, request): AwsResponse {
        buckets.check(input);
        const { bucket, key } = input;
        const { headers } = request;
        checkConditions(headers, objects.head(bucket, key));
        const upload = readUpload(request);
        const kept = Object.entries(headers)
          .filter(([name]) => KEPT_HEADERS.test(name))
          .map(([name, value]) => [name, value.replace(/aws-chunked,?/, "")])
          .filter(([, value]) => value !== "");
        const type = headers["content-type"] ?? "binary/octet-stream";
        const head = { key, type, metadata: Object.fromEntries(kept), modifiedAt: engine.now() };
        const etag = objects.put(bucket, head, upload);
        return { status: 200, headers: { etag, ...checksumHeader(upload) }, body: "" };
      },
    },
    DeleteObject: {
      needs: (input: Input) => buckets.needs("s3:DeleteObject", input),
      run(input: Input): AwsResponse {
        buckets.check(input);
        objects.remove(input.bucket, input.key);
        return { status: 204, body: "" };
      },
    },
    DeleteObjects: {
      needs: ({ bucket }: Input, { body }) =>
        keysOf(body).flatMap((key) => buckets.needs("s3:DeleteObject", { bucket, key })),
      run(input: Input, { body }): AwsResponse {
        buckets.check(input);
        for (const key of keysOf(body)) objects.remove(input.bucket, key);
        return xmlResponse("DeleteResult", { Deleted: new Flat(keysOf(body).map((Key) => ({ Key }))) });
      },
    },
  };
}

function readers({ access }: Cloud, buckets: Buckets, objects: Objects): Operations {
  const find = (input: Input, principal: string | undefined): ObjectHead => {
    buckets.check(input);
    const head = objects.head(input.bucket, input.key);
    if (head) return head;
    // Who may not list a bucket is not told that a key is missing.
    access.check(principal, allow("s3:ListBucket", `arn:aws:s3:::${input.bucket}`));
    throw new AwsError("NoSuchKey", "The specified key does not exist.", 404);
  };
  const reading = (input: Input) => buckets.needs("s3:GetObject", input, "kms:Decrypt");
  const listing = ({ bucket }: Input, { query }: AwsRequest) =>
    allow("s3:ListBucket", `arn:aws:s3:::${bucket}`, { "s3:prefix": query.get("prefix") ?? "" });
  return {
    GetObject: {
      needs: reading,
      run(input: Input, { headers, principal }): AwsResponse {
        const head = find(input, principal);
        return ranged(head, objects.body(input.bucket, input.key), headers);
      },
    },
    HeadObject: {
      needs: reading,
      run(input: Input, { headers, principal }): AwsResponse {
        const head = find(input, principal);
        return { status: 200, headers: { ...headHeaders(head, headers), "content-length": `${head.size}` }, body: "" };
      },
    },
    HeadBucket: {
      needs: listing,
      run(input: Input): AwsResponse {
        buckets.check(input);
        return { status: 200, body: "" };
      },
    },
    ListObjectsV2: {
      needs: listing,
      run(input: Input, { query }): AwsResponse {
        buckets.check(input);
        return xmlResponse("ListBucketResult", listObjects(objects, input.bucket, query));
      },
    },
    ListBuckets: {
      needs: () => allow("s3:ListAllMyBuckets", "*"),
      run: () =>
        xmlResponse("ListAllMyBucketsResult", {
          Buckets: { Bucket: new Flat(buckets.names().map((Name) => ({ Name }))) },
        }),
    },
  };
}

/** `If-None-Match: *` writes only a new object, `If-Match` only over the very version. */
function checkConditions(headers: AwsRequest["headers"], known: ObjectHead | undefined): void {
  const mustBeNew = headers["if-none-match"] === "*";
  const mustBe = headers["if-match"];
  if ((mustBeNew && known) || (mustBe && mustBe.replaceAll('"', "") !== known?.etag.replaceAll('"', "")))
    throw new AwsError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
}

function ranged(head: ObjectHead, body: Buffer, asked: AwsRequest["headers"]): AwsResponse {
  const headers = headHeaders(head, asked);
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(asked.range ?? "") ?? [];
  if (from === undefined || to === undefined)
    return { status: 200, headers: { ...headers, "content-length": `${body.length}` }, body };
  const start = from === "" ? Math.max(0, body.length - Number(to)) : Number(from);
  const end = from === "" || to === "" ? body.length - 1 : Math.min(Number(to), body.length - 1);
  if (start > end) throw new AwsError("InvalidRange", "The requested range is not satisfiable", 416);
  const part = body.subarray(start, end + 1);
  const range = { "content-range": `bytes ${start}-${end}/${body.length}`, "content-length": `${part.length}` };
  return { status: 206, headers: { ...headers, ...range }, body: part };
}

function headHeaders(head: ObjectHead, asked: AwsRequest["headers"]): Record<string, string> {
  return {
    ...head.metadata,
    etag: head.etag,
    "content-type": head.type,
    "last-modified": new Date(head.modifiedAt).toUTCString(),
    // A checksum is of the whole object, so it must not travel with a part of it.
    ...(asked["x-amz-checksum-mode"] === "ENABLED" && !asked.range && checksumHeader(head)),
  };
}

function checksumHeader({ checksum }: Pick<ObjectHead, "checksum">): Record<string, string> {
  return checksum ? { [checksum.header]: checksum.value } : {};
}

function xmlResponse(root: string, content: unknown): AwsResponse {
  return { status: 200, headers: { "content-type": "application/xml" }, body: xml(root, content, NAMESPACE) };
}

function keysOf(body: Buffer): string[] {
  return [...body.toString("utf8").matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) =>
    key.replace(/&(amp|lt|gt|quot|apos);/g, (entity) => UNESCAPED[entity] ?? entity),
  );
}

const UNESCAPED: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'" };
