import { COMMON_FIELDS } from "./common-words.ts";
import type { JsonSchema } from "./json-schemas.ts";

/** What the reference says of one operation beyond its forms. */
export interface OperationWords {
  /** More than the one sentence of the summary. */
  more?: string;
  /** Parameters that are taken only to be refused: the reference does not offer them. */
  notServed?: readonly string[];
  /** A body that its form accepts. */
  example?: unknown;
  /** For a body that is read as it comes and has no form of ours. */
  delivered?: { description: string; example: unknown };
  /** The codes of refusals that are its own, by status. */
  refusals?: Readonly<Record<number, readonly string[]>>;
}

/** What the reference says of the routes of one noun: `words.ts` beside them, which only the reference reads. */
export interface NounWords {
  /**
   * By the field's name, or by the end of its path (`lines.name`): the longest end that fits counts. The path of a
   * request's field begins with the operation (`record-payment.externalId`).
   */
  fields: Readonly<Record<string, string>>;
  /** By the file that serves: `place-order`. */
  operations: Readonly<Record<string, OperationWords>>;
}

type Properties = Record<string, JsonSchema>;
const BRANCHES = ["anyOf", "oneOf", "allOf"];

/** Says what fields mean. */
export class Vocabulary {
  readonly #fields: Readonly<Record<string, string>>;

  constructor(noun: Pick<NounWords, "fields">) {
    this.#fields = { ...COMMON_FIELDS, ...noun.fields };
  }

  /** The words for a field, by the longest end of its path that has any. */
  of(path: readonly string[]): string | undefined {
    for (let from = 0; from < path.length; from += 1) {
      const end = path.slice(from).join(".");
      if (Object.hasOwn(this.#fields, end)) return this.#fields[end];
    }
    return undefined;
  }

  /** The schema with the words for its properties; what is said of one already stays. */
  describe(schema: JsonSchema, path: readonly string[] = []): JsonSchema {
    const described: JsonSchema = { ...schema };
    for (const branch of BRANCHES.filter((name) => name in schema)) {
      described[branch] = (schema[branch] as JsonSchema[]).map((one) => this.describe(one, path));
    }
    if (schema.items) described.items = this.describe(schema.items as JsonSchema, path);
    if (schema.properties) described.properties = this.#named(schema.properties as Properties, path);
    return described;
  }

  #named(properties: Properties, path: readonly string[]): Properties {
    const said = Object.entries(properties).map(([name, one]) => {
      const own = [...path, name];
      const { description = this.of(own), ...rest } = this.describe(one, own);
      return [name, { ...(description !== undefined && { description }), ...rest }];
    });
    return Object.fromEntries(said);
  }
}
