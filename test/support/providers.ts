import { createHmac } from "node:crypto";

/** A delivery as a provider puts it on the wire. */
export interface Wire {
  headers: Record<string, string>;
  raw: Buffer;
}

/** What a provider has to say, before it is signed. */
export interface Said {
  /** What it calls the kind of delivery, in a header or in the body. */
  topic: string;
  body: unknown;
}

/** How a provider signs, written anew from its documentation: the adapters are judged by it. */
export interface Sender {
  secret: string;
  /** The header that carries the signature. */
  header: string;
  sign(raw: Buffer, secret: string, at: string): string;
  headersOf(topic: string): Record<string, string>;
}

const mac = (secret: string, bytes: Buffer) => createHmac("sha256", secret).update(bytes);

export const senders = {
  shopify: {
    secret: "shpss_kvitka",
    header: "x-shopify-hmac-sha256",
    sign: (raw, secret) => mac(secret, raw).digest("base64"),
    headersOf: (topic) => ({ "x-shopify-topic": topic, "x-shopify-shop-domain": "kvitka.myshopify.com" }),
  },
  woocommerce: {
    secret: "wc kvitka & co",
    header: "x-wc-webhook-signature",
    sign: (raw, secret) => mac(secret, raw).digest("base64"),
    headersOf: (topic) => ({ "x-wc-webhook-topic": topic, "x-wc-webhook-source": "https://kvitka.example/" }),
  },
  stripe: {
    secret: "whsec_kvitka",
    header: "stripe-signature",
    sign(raw, secret, at) {
      const time = Math.floor(Date.parse(at) / 1_000);
      return `t=${time},v1=${mac(secret, Buffer.concat([Buffer.from(`${time}.`), raw])).digest("hex")}`;
    },
    headersOf: () => ({}),
  },
} satisfies Record<string, Sender>;

export type SenderName = keyof typeof senders;

/** The bytes of a body: a value as JSON, a text or bytes as they are. */
export const rawOf = (body: unknown): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));

/** The same under a topic of another name, wherever the provider says it: in headers, or anywhere in the body. */
export const retold = ({ topic, body }: Said, as: string): Said => ({
  topic: as,
  body: JSON.parse(rawOf(body).toString(), (_, value) => (value === topic ? as : value)),
});

/** Signs what a provider says. */
export function signedBy(name: SenderName, { topic, body }: Said, at: string, secret?: string): Wire {
  const sender = senders[name];
  const raw = rawOf(body);
  const signature = sender.sign(raw, secret ?? sender.secret, at);
  return { headers: { ...sender.headersOf(topic), [sender.header]: signature }, raw };
}
