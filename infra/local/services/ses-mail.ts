import PostalMime, { addressParser } from "postal-mime";

/** One header in its own spelling. */
export interface Header {
  name: string;
  value: string;
}

/** A mail as SES takes it, read as far as its receipts and the outbox need. */
export interface Mail {
  from: string;
  to: string[];
  /** Everybody it goes to: To, Cc and Bcc, or the destinations of the call. */
  recipients: string[];
  headers: Header[];
  subject: string | undefined;
  text: string | undefined;
  html: string | undefined;
  tags: Record<string, string>;
  configurationSet: string | undefined;
}

/** The part of a mail that permissions are about. */
export type MailHead = Pick<Mail, "from" | "to" | "recipients" | "headers" | "tags" | "configurationSet">;

/** What a call says beside the mail itself. */
export interface Asked {
  Source?: string;
  Destinations?: string[] | "";
  ConfigurationSetName?: string;
  Tags?: { Name: string; Value: string }[] | "";
}

/** Reads the headers of a raw mail; what the call itself says goes first. */
export function readHead(raw: Buffer, asked: Asked): MailHead {
  const headers = headersOf(raw);
  const header = (wanted: string) => headers.find(({ name }) => name.toLowerCase() === wanted)?.value;
  const to = addresses(header("to"));
  const named = [...to, ...addresses(header("cc")), ...addresses(header("bcc"))];
  const configurationSet = asked.ConfigurationSetName || header("x-ses-configuration-set");
  return {
    from: asked.Source || header("from") || "",
    to,
    recipients: asked.Destinations ? asked.Destinations.flatMap(addresses) : named,
    headers,
    tags: { ...tagsOf(header("x-ses-message-tags")), ...namedTags(asked.Tags || []) },
    configurationSet,
  };
}

/** Reads a raw mail whole. */
export async function readMail(raw: Buffer, asked: Asked): Promise<Mail> {
  const { subject, text, html } = await PostalMime.parse(raw);
  return { ...readHead(raw, asked), subject, text: text?.replace(/\n$/, ""), html: html?.replace(/\n$/, "") };
}

/** Tags of a call by their names. */
export function namedTags(tags: { Name: string; Value: string }[]): Record<string, string> {
  return Object.fromEntries(tags.map(({ Name, Value }) => [Name, Value]));
}

/** The bare addresses of an address list. */
export function addresses(list: string | undefined): string[] {
  return addressParser(list ?? "", { flatten: true }).flatMap(({ address }) => address || []);
}

function headersOf(raw: Buffer): Header[] {
  const [head = ""] = raw.toString("utf8").split(/\r?\n\r?\n/, 1);
  return head
    .replace(/\r?\n[ \t]+/g, " ")
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, name, value = ""] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? [];
      return name ? [{ name, value }] : [];
    });
}

/** `X-SES-MESSAGE-TAGS: name=value, name=value`. */
function tagsOf(header: string | undefined): Record<string, string> {
  const pairs = (header ?? "").split(",").map((pair) => pair.trim().split("="));
  return Object.fromEntries(pairs.flatMap(([name, value]) => (name && value ? [[name, value]] : [])));
}
