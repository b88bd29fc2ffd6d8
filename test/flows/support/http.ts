import type { Deployment, StaffRole } from "./deployment.ts";

/** Who asks: a staff group, a key of a store, or nobody. */
export type As = StaffRole | { key: string } | null;

/** A request as a shop, a member of staff or a stranger sends it. */
export interface Asked {
  as?: As;
  method?: string;
  /** Bytes go as they are, a text too, anything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** An answer with its body parsed where it is JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: stories read answers of every form.
  body: any;
}

/** Sends one request and reads its answer; a status is never an error here. */
export async function ask(kolo: Deployment, path: string, asked: Asked = {}): Promise<Answer> {
  const { as = null, body } = asked;
  const { method = body === undefined ? "GET" : "POST" } = asked;
  const authorization = as && `Bearer ${typeof as === "string" ? await kolo.token(as) : as.key}`;
  const answer = await fetch(kolo.url + path, {
    method,
    headers: {
      ...(authorization && { authorization }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...asked.headers,
    },
    ...(body !== undefined && { body: bytesOf(body) }),
  });
  const text = await answer.text();
  // An emulator says "JSON" of a 204 too.
  const isJson = text !== "" && /json/.test(answer.headers.get("content-type") ?? "");
  return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

/** The same where anything but success is the story's end. */
export async function ok(kolo: Deployment, path: string, asked: Asked = {}): Promise<Answer["body"]> {
  const { status, text, body } = await ask(kolo, path, asked);
  if (status < 300) return body;
  throw new Error(`${asked.method ?? "GET"} ${path} answered ${status}: ${text.slice(0, 600)}`);
}

/** Every page of a list. */
export async function all(kolo: Deployment, path: string, as: As): Promise<Answer["body"][]> {
  const items: Answer["body"][] = [];
  const next = (cursor: string) => `${path}${path.includes("?") ? "&" : "?"}limit=100${cursor}`;
  for (let page = await ok(kolo, next(""), { as }); ; ) {
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    page = await ok(kolo, next(`&cursor=${encodeURIComponent(page.nextCursor)}`), { as });
  }
}

function bytesOf(body: unknown): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return new Uint8Array(bytes);
}
