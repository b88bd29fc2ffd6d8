import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { AwsRequest } from "../ports.ts";
import { AwsError } from "./errors.ts";

/** An object's bytes with the checksum its sender gave. */
export interface Upload {
  body: Buffer;
  /** The header that carries the checksum, and its value; none when the sender gave none. */
  checksum: { header: string; value: string } | undefined;
}

/** Reads an uploaded body: plain, or in signed or unsigned chunks with trailers, its checksum and MD5 verified. */
export function readUpload({ headers, body }: AwsRequest): Upload {
  const isChunked = /^STREAMING-/.test(headers["x-amz-content-sha256"] ?? "");
  const { data, trailers } = isChunked ? unchunk(body) : { data: body, trailers: {} };
  const found = Object.entries({ ...headers, ...trailers }).find(([name]) =>
    /^x-amz-checksum-(?!mode|type|algorithm)/.test(name),
  );
  const checksum = found && { header: found[0], value: found[1] };
  if (checksum) verify(checksum.header, checksum.value, data);
  const md5 = headers["content-md5"];
  if (md5 && createHash("md5").update(data).digest("base64") !== md5)
    throw new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.");
  return { body: data, checksum };
}

/** `<hex length>[;chunk-signature=...]\r\n<bytes>\r\n ... 0\r\n<trailer>: <value>\r\n\r\n`. */
function unchunk(body: Buffer): { data: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf("\r\n", at);
    const length = Number.parseInt(body.subarray(at, end).toString(), 16);
    if (end < 0 || Number.isNaN(length)) throw new AwsError("IncompleteBody", "The chunked body is not complete.");
    at = end + 2;
    if (length === 0) break;
    chunks.push(body.subarray(at, at + length));
    at += length + 2;
  }
  const lines = body.subarray(at).toString().split("\r\n");
  const trailers = lines.flatMap((line) => {
    const [name, value] = line.split(":");
    return name && value ? [[name.trim().toLowerCase(), value.trim()]] : [];
  });
  return { data: Buffer.concat(chunks), trailers: Object.fromEntries(trailers) };
}

/** Other algorithms (crc32c, crc64nvme) are kept as they came. */
function verify(header: string, value: string, data: Buffer): void {
  const computed = checksumOf(header.replace("x-amz-checksum-", ""), data);
  if (computed !== undefined && computed !== value)
    throw new AwsError("BadDigest", `The ${header} you specified did not match what we received.`);
}

function checksumOf(algorithm: string, data: Buffer): string | undefined {
  if (algorithm === "sha1" || algorithm === "sha256") return createHash(algorithm).update(data).digest("base64");
  if (algorithm !== "crc32") return undefined;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(data));
  return bytes.toString("base64");
}
