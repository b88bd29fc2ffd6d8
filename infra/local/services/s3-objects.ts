import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Millis } from "../ports.ts";
import { openStore, type Store } from "./database.ts";
import type { Upload } from "./s3-body.ts";

// Bodies lie in the database too: one commit keeps an object whole, whatever kills the process.
const SCHEMA = `
CREATE TABLE IF NOT EXISTS s3_object (
  bucket TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
  type TEXT NOT NULL, metadata TEXT NOT NULL, checksum TEXT, modified_at INTEGER NOT NULL, PRIMARY KEY (bucket, key)
) STRICT;
`;

/** What is known of an object beside its bytes. */
export interface ObjectHead {
  key: string;
  size: number;
  etag: string;
  type: string;
  /** Headers that are given back as they came (`x-amz-meta-...`, `cache-control`, ...). */
  metadata: Record<string, string>;
  checksum: Upload["checksum"];
  modifiedAt: Millis;
}

interface Row {
  key: string;
  size: number;
  etag: string;
  type: string;
  metadata: string;
  checksum: string | null;
  modified_at: number;
}

const HEAD = "key, size, etag, type, metadata, checksum, modified_at";

/** Objects of all buckets on disk. */
export class Objects {
  readonly #store: Store;

  constructor(database: DatabaseSync) {
    this.#store = openStore(database, SCHEMA);
  }

  put(bucket: string, head: Pick<ObjectHead, "key" | "type" | "metadata" | "modifiedAt">, upload: Upload): string {
    const etag = `"${createHash("md5").update(upload.body).digest("hex")}"`;
    this.#store.run(
      `REPLACE INTO s3_object (bucket, key, body, size, etag, type, metadata, checksum, modified_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      bucket,
      head.key,
      upload.body,
      upload.body.length,
      etag,
      head.type,
      JSON.stringify(head.metadata),
      upload.checksum ? JSON.stringify(upload.checksum) : null,
      head.modifiedAt,
    );
    return etag;
  }

  head(bucket: string, key: string): ObjectHead | undefined {
    const row = this.#store.one<Row>(`SELECT ${HEAD} FROM s3_object WHERE bucket = ? AND key = ?`, bucket, key);
    return row && readRow(row);
  }

  body(bucket: string, key: string): Buffer {
    const sql = "SELECT body FROM s3_object WHERE bucket = ? AND key = ?";
    return Buffer.from(this.#store.one<{ body: Uint8Array }>(sql, bucket, key)?.body ?? []);
  }

  remove(bucket: string, key: string): void {
    this.#store.run("DELETE FROM s3_object WHERE bucket = ? AND key = ?", bucket, key);
  }

  /** Objects whose keys follow `after`, in the order of their keys. */
  list(bucket: string, prefix: string, after: string, max: number): ObjectHead[] {
    return this.#store
      .all<Row>(
        `SELECT ${HEAD} FROM s3_object
         WHERE bucket = ? AND key > ? AND substr(key, 1, length(?)) = ? ORDER BY key LIMIT ?`,
        bucket,
        after,
        prefix,
        prefix,
        max,
      )
      .map(readRow);
  }
}

function readRow({ key, size, etag, type, metadata, checksum, modified_at }: Row): ObjectHead {
  return {
    key,
    size,
    etag,
    type,
    metadata: JSON.parse(metadata) as Record<string, string>,
    checksum: checksum === null ? undefined : (JSON.parse(checksum) as Upload["checksum"]),
    modifiedAt: modified_at,
  };
}
