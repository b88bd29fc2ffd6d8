import { AwsError } from "./errors.ts";
import type { ObjectHead, Objects } from "./s3-objects.ts";
import { Flat } from "./xml.ts";

const KEYS_MAX = 1000;

/** A page of ListObjectsV2: keys of a prefix, rolled up at a delimiter. */
export function listObjects(objects: Objects, bucket: string, query: URLSearchParams): Record<string, unknown> {
  const max = Math.min(Number(query.get("max-keys") ?? KEYS_MAX), KEYS_MAX);
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const token = query.get("continuation-token");
  const after = token ? Buffer.from(token, "base64url").toString() : (query.get("start-after") ?? "");
  if (Number.isNaN(max)) throw new AwsError("InvalidArgument", "max-keys is not a number.");
  const contents: ObjectHead[] = [];
  const rolled = new Set<string>();
  let last = after;
  let more = false;
  for (const found of objects.list(bucket, prefix, after, -1)) {
    const cut = delimiter ? found.key.indexOf(delimiter, prefix.length) : -1;
    const common = cut < 0 ? undefined : found.key.slice(0, cut + delimiter.length);
    const isNew = common === undefined || (!rolled.has(common) && !after.startsWith(common));
    more = isNew && contents.length + rolled.size >= max;
    if (more) break;
    if (common === undefined) contents.push(found);
    else if (isNew) rolled.add(common);
    last = found.key;
  }
  return {
    Name: bucket,
    Prefix: prefix,
    ...(delimiter && { Delimiter: delimiter }),
    KeyCount: contents.length + rolled.size,
    MaxKeys: max,
    IsTruncated: more,
    ...(more && { NextContinuationToken: Buffer.from(last).toString("base64url") }),
    Contents: new Flat(contents.map(entry)),
    CommonPrefixes: new Flat([...rolled].map((Prefix) => ({ Prefix }))),
  };
}

function entry({ key, modifiedAt, etag, size }: ObjectHead): Record<string, unknown> {
  return { Key: key, LastModified: new Date(modifiedAt), ETag: etag, Size: size, StorageClass: "STANDARD" };
}
