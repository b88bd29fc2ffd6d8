import * as z from "zod";
import type { Vocabulary } from "./vocabulary.ts";

/** A JSON Schema of the 2020-12 dialect, as OpenAPI 3.1 takes it. */
export type JsonSchema = Record<string, unknown>;

type Converted = JsonSchema & { $defs?: Record<string, JsonSchema> };

const COMPONENTS = "#/components/schemas/";

/** A format says what its long pattern says, and every integer is a safe one. */
function tidy(schema: JsonSchema): void {
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

/** Converts the forms of routes; those that carry an `id` become components that the others refer to. */
export class Schemas {
  readonly #named = new Map<string, JsonSchema>();
  readonly #said = new Map<string, JsonSchema>();

  /** What a client sends. */
  input(schema: z.ZodType): JsonSchema {
    return this.#convert(schema, "input");
  }

  /** What a client gets. */
  answer(schema: z.ZodType): JsonSchema {
    return this.#convert(schema, "output");
  }

  /** The components so far, by name. */
  named(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#named, ...this.#said].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Puts words to the components that have none yet. */
  say(vocabulary: Vocabulary): void {
    for (const [name, schema] of this.#named) {
      if (this.#said.has(name)) continue;
      this.#said.set(name, vocabulary.describe(schema, [name]));
    }
  }

  /** The properties of an object's schema, also behind a reference. */
  properties(schema: JsonSchema): Record<string, JsonSchema> {
    const { $ref, properties = {} } = schema as { $ref?: string; properties?: Record<string, JsonSchema> };
    const target = $ref?.startsWith(COMPONENTS) ? this.#named.get($ref.slice(COMPONENTS.length)) : undefined;
    return target ? this.properties(target) : properties;
  }

  has(schema: JsonSchema, property: string): boolean {
    return property in this.properties(schema);
  }

  /** The content of an answer: JSON unless the schema names another media type, none without a form. */
  content(schema: JsonSchema): { content?: JsonSchema } {
    if (Object.keys(schema).length === 0) return {};
    const { contentMediaType = "application/json", ...rest } = schema;
    return { content: { [contentMediaType as string]: { schema: rest } } };
  }

  #convert(schema: z.ZodType, io: "input" | "output"): JsonSchema {
    const options = {
      io,
      unrepresentable: "any" as const,
      override: (one: { jsonSchema: JsonSchema }) => tidy(one.jsonSchema),
    };
    const { $schema: _, $defs = {}, ...converted } = z.toJSONSchema(schema, options) as Converted;
    for (const [name, definition] of Object.entries($defs)) this.#name(name, lifted(definition) as JsonSchema);
    return lifted(converted) as JsonSchema;
  }

  #name(name: string, { id: _, ...schema }: JsonSchema): void {
    const known = this.#named.get(name);
    if (known && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(
        `Two forms are named ${name}: one that is sent and one that is answered have names of their own.`,
      );
    }
    this.#named.set(name, schema);
  }
}

/** Turns references to the definitions of one schema into references to the components of the document. */
function lifted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lifted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      name === "$ref" && typeof one === "string" ? one.replace("#/$defs/", COMPONENTS) : lifted(one),
    ]),
  );
}
