import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { catalog } from "../../events/catalog.ts";
import { Envelope } from "../../events/event.ts";

const README = join(import.meta.dirname, "../../events/README.md");

const INTRODUCTION = `# Events

What happened, in the past tense: the contract between everything that decides and everything that reacts. Any folder
may import this one; it imports nothing of ours.

**The rule:** an event carries ids and small facts, never personal data. Every attribute of a schema is marked \`id\` or
\`fact\` (\`values.ts\`), and a test reads the marks. What is personal lives on the card, in the order's content and in
messages, where erasure reaches it.

One transaction of the table holds the events that were decided together. The publisher puts each on the bus, except the
internal ones, which only their own aggregate folds:

\`\`\`json
{
  "Source": "kolo", "DetailType": "order.paid",
  "Detail": {
    "eventId": "ord_01J...-3-1", "type": "order.paid", "at": "2026-11-20T10:16:00.000Z",
    "data": { "orderId": "ord_01J...", "paid": { "amountMinor": 57800, "currency": "UAH" } },
    "storeId": "sto_01J...", "customerId": "cus_01J...", "correlationId": "...", "causationId": "...",
    "depth": 0, "actor": { "kind": "hook", "id": "hok_01J..." }, "test": false
  }
}
\`\`\`

To add one: its schema in the noun's file here, a line in \`catalog.ts\`, and \`node infra/cli/event-catalog.ts\`, which
writes the lists below from the schemas.
`;

/** What an attribute is beneath what may be left out. */
function bare(schema: z.core.$ZodType): { schema: z.core.$ZodType; isOptional: boolean } {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return { schema: bare(schema.unwrap()).schema, isOptional: true };
  }
  return { schema, isOptional: false };
}

/** An attribute as one reads it: `amount { amountMinor, currency }`, with `?` for what may be absent. */
function described(name: string, attribute: z.core.$ZodType): string {
  const { schema, isOptional } = bare(attribute);
  const title = `${name}${isOptional ? "?" : ""}`;
  if (schema instanceof z.ZodArray) return described(`${title}[]`, schema.element);
  return schema instanceof z.ZodObject ? `${title} { ${attributesOf(schema)} }` : title;
}

const attributesOf = (schema: z.ZodObject): string =>
  Object.entries(schema.shape)
    .map(([name, attribute]) => described(name, attribute))
    .join(", ");

const nounOf = (type: string) => type.slice(0, type.indexOf("."));

function rowsOf(noun: string): string {
  return [...catalog.values()]
    .filter(({ type }) => nounOf(type) === noun)
    .map(
      ({ type, about, data, internal }) =>
        `| \`${type}\`${internal ? " (internal)" : ""} | ${about} | \`${attributesOf(data)}\` |`,
    )
    .join("\n");
}

/** The text of events/README.md, made from the catalog. */
export function eventCatalog(): string {
  const nouns = [...new Set([...catalog.keys()].map(nounOf))].sort();
  const sections = nouns.map(
    (noun) => `## ${noun}\n\n| event | what happened | data |\n| --- | --- | --- |\n${rowsOf(noun)}\n`,
  );
  const envelope = `The shell stamps every event with \`${attributesOf(Envelope)}\`.\n`;
  return [INTRODUCTION, envelope, ...sections].join("\n");
}

if (import.meta.main) writeFileSync(README, eventCatalog());
