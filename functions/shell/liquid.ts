import { Liquid } from "liquidjs";
import { formatOf } from "../../domain/message/format.ts";
import type { Letter } from "../../domain/message/letter.ts";
import { partials } from "../../domain/message/page.ts";
import type { LocalText } from "../../domain/message/template.ts";
import type { Instant, Locale, Money } from "../../events/values.ts";

/** A letter as it is sent. */
export interface Rendered {
  subject: string;
  html: string;
  text: string;
}

/** A text of templates at most, in characters. */
const PARSE_MAX = 200_000;
/** Objects that one rendering may make. */
const MEMORY_MAX = 5_000_000;
const RENDER_MAX_MS = 2_000;

function engineOf(locale: Locale, escapes: boolean): Liquid {
  const engine = new Liquid({
    cache: true,
    strictFilters: true,
    strictVariables: true,
    ownPropertyOnly: true,
    // Templates are looked up among these and nowhere else: there is no file system.
    templates: { ...partials },
    ...(escapes && { outputEscape: "escape" as const }),
    parseLimit: PARSE_MAX,
    memoryLimit: MEMORY_MAX,
    renderLimit: RENDER_MAX_MS,
  });
  const format = formatOf(locale);
  engine.registerFilter("money", (amount: Money) => format.money(amount));
  engine.registerFilter("count", (value: number) => format.count(value));
  engine.registerFilter("date", (instant: Instant, timeZone: string) => format.date(instant, timeZone));
  engine.registerFilter("plural", (value: number, one: string, few: string, many: string) =>
    format.plural(value, one, few, many),
  );
  return engine;
}

const engines = new Map<string, Liquid>();

function render(letter: Letter, text: LocalText, part: "subject" | "html" | "text"): string {
  const escapes = part === "html";
  const name = `${letter.locale}:${escapes}`;
  const engine = engines.get(name) ?? engineOf(letter.locale, escapes);
  engines.set(name, engine);
  const globals = { ...letter, words: text.words };
  return engine.parseAndRenderSync(text[part], {}, { globals });
}

/** Renders a letter: strict, so that a misspelt name is a fault and never an empty place in somebody's inbox. */
export function renderLetter(letter: Letter, text: LocalText): Rendered {
  return {
    subject: render(letter, text, "subject").replaceAll(/\s+/g, " ").trim(),
    html: render(letter, text, "html"),
    text: render(letter, text, "text"),
  };
}
