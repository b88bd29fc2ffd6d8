import type * as z from "zod";
import { SubjectId } from "../../events/quarantine.ts";
import { Code } from "../../events/values.ts";
import type { HookAdapter } from "../adapters/adapter.ts";
import { saidAt } from "../adapters/reading.ts";
import { isNamedByCard } from "../shell/cards.ts";
import { readJson, UnreadableJson } from "../shell/json.ts";
import type { SaidAbout } from "../table/quarantine.ts";

/** What a body says it is about, by which a person recognises it; one that cannot be read says nothing. */
export function aboutIn(raw: Buffer, named: HookAdapter["named"]): SaidAbout {
  const payload = payloadOf(raw);
  const topic = named && nameAt(payload, named.topic, Code);
  const subject = nameAt(payload, named?.subject ?? "id", SubjectId);
  return { ...(topic && { topic }), ...(subject && { subject }) };
}

function payloadOf(raw: Buffer): unknown {
  try {
    return readJson(raw);
  } catch (error) {
    if (error instanceof UnreadableJson) return undefined;
    throw error;
  }
}

/** A name of that form; anything else is left out, for a person may have written it. */
function nameAt(payload: unknown, path: string, form: z.ZodType<string>): string | undefined {
  const said = saidAt(payload, path);
  const name = form.safeParse(typeof said === "number" ? String(said) : said).data;
  return name === undefined || isNamedByCard(name) ? undefined : name;
}
