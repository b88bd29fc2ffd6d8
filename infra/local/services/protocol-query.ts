import { randomUUID } from "node:crypto";
import type { Codec } from "./protocol.ts";
import { xml } from "./xml.ts";

type Tree = { [member: string]: Tree | string };

const leafless = (): Tree => Object.create(null) as Tree;

/** Turns `Names.member.1=a` and `Map.entry.1.key=k` of a form into nested members, lists and maps. */
export function formInput(form: URLSearchParams): Record<string, unknown> {
  const root = leafless();
  for (const [path, value] of form) {
    if (path === "Action" || path === "Version") continue;
    const steps = path.split(".");
    let node = root;
    for (const step of steps.slice(0, -1)) {
      const known = node[step];
      const next = typeof known === "object" ? known : leafless();
      node[step] = next;
      node = next;
    }
    node[steps.at(-1) ?? path] = value;
  }
  return collapse(root) as Record<string, unknown>;
}

function collapse(node: Tree | string): unknown {
  if (typeof node === "string") return node;
  const listed = node.member ?? node.entry;
  if (typeof listed === "object") {
    const rows = Object.keys(listed)
      .sort((a, b) => Number(a) - Number(b))
      .map((index) => collapse(listed[index] as Tree));
    return node.entry ? Object.fromEntries(rows.map(toPair)) : rows;
  }
  return Object.fromEntries(Object.entries(node).map(([name, child]) => [name, collapse(child)]));
}

/** SNS names the halves of message attributes `Name` and `Value`, other maps `key` and `value`. */
function toPair(row: unknown): [string, unknown] {
  const { key, value, Name, Value } = row as Record<string, unknown>;
  return [String(key ?? Name), value ?? Value];
}

/** The AWS query protocol: a form in, XML out. */
export function queryCodec(namespace: string): Codec {
  const headers = { "content-type": "text/xml" };
  return {
    read({ body, query }) {
      const form = body.length > 0 ? new URLSearchParams(body.toString("utf8")) : query;
      return { operation: form.get("Action") ?? "", input: formInput(form) };
    },
    result(operation, output) {
      const content = {
        [`${operation}Result`]: output ?? {},
        ResponseMetadata: { RequestId: randomUUID() },
      };
      return { status: 200, headers, body: xml(`${operation}Response`, content, namespace) };
    },
    error(_operation, { code, message, status }) {
      const Type = status < 500 ? "Sender" : "Receiver";
      const content = { Error: { Type, Code: code, Message: message }, RequestId: randomUUID() };
      return { status, headers, body: xml("ErrorResponse", content, namespace) };
    },
  };
}
