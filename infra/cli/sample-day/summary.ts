import type { Played } from "./play.ts";

interface Mail {
  to: string;
  subject?: string;
  text?: string;
}
interface Metric {
  rows: { key: string; value: string }[];
  total: { value: string };
  unit: string;
}

const METRICS = [
  "orders",
  "revenue",
  "paid_revenue",
  "refunds",
  "average_order_value",
  "customers_new",
  "repeat_purchase_rate",
];
const MONEY = new Set(["revenue", "paid_revenue", "refunds", "average_order_value"]);

const indent = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => `    | ${line}`)
    .join("\n");

async function metricLines({ client, shops, startMs }: Played): Promise<string[]> {
  const from = new Date(startMs - 86_400_000).toISOString().slice(0, 10);
  const to = new Date((await client.now()) + 86_400_000).toISOString().slice(0, 10);
  const read = (name: string, more: string) =>
    client.json<Metric>(`/v1/metrics/${name}?from=${from}&to=${to}${more}`, { token: shops.owner });
  return Promise.all(
    METRICS.map(async (name) => {
      if (!MONEY.has(name))
        return `    ${name.padEnd(22)} ${(await read(name, "")).total.value}${name.endsWith("rate") ? " %" : ""}`;
      const [uah, eur] = await Promise.all([read(name, "&currency=UAH"), read(name, "&currency=EUR")]);
      return `    ${name.padEnd(22)} ${uah.total.value} UAH, ${eur.total.value} EUR`;
    }),
  );
}

const mailLines = (mails: Mail[]): string[] => {
  const uk = mails.find(({ text }) => /[іїєґ]/i.test(text ?? ""));
  const en = mails.find((mail) => mail !== uk && !/[а-яіїє]/i.test(mail.subject ?? "а"));
  return [uk, en].flatMap((mail) => (mail ? [`  To ${mail.to}: ${mail.subject}`, indent(mail.text ?? ""), ""] : []));
};

const reasonsOf = (kept: { reason: string; provider: string }[]) =>
  kept.length === 0 ? "" : ` (${kept.map(({ provider, reason }) => `${provider}: ${reason}`).join(", ")})`;

/** Says what the day was, in words and numbers read back through the API. */
export async function summarize(played: Played): Promise<string> {
  const { client, shops, delivered, refused } = played;
  const { items: mails } = await client.json<{ items: Mail[] }>("/_local/outbox");
  const { items: alerts } = await client.json<{ items: { message: string }[] }>("/_local/alerts");
  const { items: kept } = await client.json<{ items: { reason: string; provider: string }[] }>("/v1/quarantine", {
    token: shops.owner,
  });
  const subjects = new Map<string, number>();
  for (const { subject = "" } of mails) {
    const kind = subject.replace(/[#№]?[\w-]*\d+/g, "…");
    subjects.set(kind, (subjects.get(kind) ?? 0) + 1);
  }
  return [
    "",
    `  ${delivered} deliveries accepted, ${refused} refused, ${kept.length} kept in quarantine${reasonsOf(kept)}`,
    `  ${mails.length} messages sent:`,
    ...[...subjects].map(([kind, count]) => `    ${String(count).padStart(3)} × ${kind}`),
    "",
    ...mailLines(mails),
    `  ${alerts.length} finance alert${alerts.length === 1 ? "" : "s"}:`,
    ...alerts.map(({ message }) => indent(message)),
    "",
    "  The day in numbers (GET /v1/metrics/...):",
    ...(await metricLines(played)),
    "",
  ].join("\n");
}
