import { describe, expect, it } from "vitest";
import { CODES } from "../../../../functions/http/docs/common-words.ts";
import { type Documented, document } from "../../../../functions/http/docs/document.ts";
import type { NounWords } from "../../../../functions/http/docs/vocabulary.ts";
import { routes } from "../../../../infra/wiring.ts";
import { entriesOf } from "../../../support/routes.ts";
import { textFiles } from "../../../support/sources.ts";
import { wordsOf } from "../../../support/words.ts";

interface Schema {
  $ref?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}
interface Media {
  schema: Schema;
  example?: unknown;
}
interface Operation {
  parameters: { name: string; description?: string }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { $ref?: string; description?: string; content?: Record<string, Media>; headers?: object }>;
}

const entries = await entriesOf(...new Set(routes.map(({ run }) => run.slice(0, run.indexOf("/")))));
const documented = await Promise.all(
  routes.map(async (line): Promise<Documented> => {
    const { on, run } = line;
    return { on, run, ...(entries[on] as (typeof entries)[string]), words: await wordsOf(line) };
  }),
);
const described = document(documented);
const { schemas } = described.components as { schemas: Record<string, Schema> };

const at = (on: string): Operation => {
  const [method = "", path = ""] = on.split(" ");
  return described.paths[path]?.[method.toLowerCase()] as Operation;
};

/** The properties that nothing is said of. */
function silent(schema: Schema, path: string): string[] {
  const named = Object.entries(schema.properties ?? {}).map(([name, one]) => [`${path}/${name}`, one] as const);
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.items ? [schema.items] : [])];
  return [
    ...named.filter(([, { description }]) => !description).map(([place]) => place),
    ...[...named, ...parts.map((one) => [path, one] as const)].flatMap(([place, one]) => silent(one, place)),
  ];
}

const silentIn = (place: string, content: Record<string, Media> = {}) =>
  Object.values(content).flatMap(({ schema }) => silent(schema, place));

describe("the words of the document", () => {
  it("are there for every field of a request and every parameter", () => {
    const found = routes.flatMap(({ on }) => {
      const { parameters, requestBody } = at(on);
      const mute = parameters.filter(({ description }) => !description).map(({ name }) => `${on} ?${name}`);
      return [...mute, ...silentIn(on, requestBody?.content)];
    });
    expect(found).toEqual([]);
  });

  it("are an operation's own where its body means something else by a name", () => {
    const said = (end: string) => JSON.stringify(at(`POST /v1/orders${end}`).requestBody);
    expect([said(""), said("/{orderId}/payments"), said("/{orderId}/refunds")]).toEqual([
      expect.stringContaining('"description":"The shop\'s own id of the order'),
      expect.stringContaining("The payment's own id: its provider's"),
      expect.stringContaining("The refund's own id: one that"),
    ]);
    expect(said("/{orderId}/payments")).not.toContain("own id of the order");
  });

  it("are there for every field of an answer", () => {
    const inline = routes.flatMap(({ on }) =>
      Object.entries(at(on).responses).flatMap(([status, { content }]) => silentIn(`${on} ${status}`, content)),
    );
    const named = Object.entries(schemas).flatMap(([name, schema]) => silent(schema, name));
    expect([...inline, ...named]).toEqual([]);
  });

  it("show a body that the route takes, of every route that takes one", () => {
    const taking = documented.filter(({ route }) => route.body);
    expect(taking.length).toBeGreaterThan(8);
    for (const { on, route } of taking) {
      const example = at(on).requestBody?.content["application/json"]?.example;
      expect(route.body.safeParse(example), on).toMatchObject({ success: true });
    }
  });

  it("show what a provider delivers", () => {
    const hook = at("POST /v1/hooks/{hookId}");
    expect(hook.requestBody?.content["application/json"]?.example).toHaveProperty("line_items");
  });

  it("tell a caller of their limit with every answer to one", () => {
    for (const { on, roles } of documented.filter(({ roles: who }) => who !== "public")) {
      const [success] = Object.values(at(on).responses);
      expect(success?.headers, `${on} ${roles}`).toHaveProperty("RateLimit");
    }
  });

  it("offer no parameter that is taken only to be refused", () => {
    const names = at("GET /v1/customers").parameters.map(({ name }) => name);
    expect(names).toContain("email");
    expect(names).not.toContain("name");
    expect(names).not.toContain("segmentId");
  });

  it("name the codes that an operation refuses with", () => {
    expect(at("POST /v1/orders").responses["404"]?.description).toContain("`store_not_found`");
    expect(at("POST /v1/orders/{orderId}/refunds").responses["409"]?.description).toContain("refund_exceeds_captured");
  });
});

describe("a code of the document", () => {
  const all = documented.flatMap(({ words }) => Object.values((words as NounWords).operations));
  const named = new Set(all.flatMap(({ refusals = {} }) => Object.values(refusals).flat()));

  it("has a sentence, and every sentence is used", () => {
    expect([...named].sort()).toEqual(Object.keys(CODES).sort());
  });

  it("is one that the code refuses with", () => {
    const sources = textFiles().filter(({ path }) =>
      /^(domain|functions)\/(?!http\/docs\/common|.*\/words).*\.ts$/.test(path),
    );
    const text = sources.map((one) => one.text).join("\n");
    expect([...named].filter((code) => !text.includes(`"${code}"`))).toEqual([]);
  });

  it("belongs to an operation that there is", () => {
    for (const { words, run } of documented) {
      const noun = run.slice(0, run.indexOf("/") + 1);
      for (const file of Object.keys((words as NounWords).operations)) {
        expect(
          routes.map((one) => one.run),
          file,
        ).toContain(`${noun}${file}`);
      }
    }
  });
});
