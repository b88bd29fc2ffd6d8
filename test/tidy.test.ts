import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  lineOf,
  nameOf,
  type Parsed,
  parsed,
  ROOT,
  rootFolders,
  type SyntaxNode,
  textFiles,
} from "./support/sources.ts";

const LINES_MAX = 300;
const FUNCTION_LINES_MAX = 60;
const COLUMNS_MAX = 120;

const files = textFiles();
const sources = files.filter(({ path }) => /\.(ts|mjs)$/.test(path)).map(parsed);
const packages = Object.keys(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).dependencies);

/** Packages without side effects: the domain stays a function of its input. */
const PURE = ["zod", "libphonenumber-js", "temporal-polyfill", "lossless-json"];

type May = (target: string) => boolean;
const node: May = (target) => target.startsWith("node:");
const within =
  (...folders: string[]): May =>
  (target) =>
    folders.some((folder) => target.startsWith(folder));
const oneOf =
  (...names: string[]): May =>
  (target) =>
    names.includes(target);
const library: May = (target) => !/^(node:|(events|domain|functions|infra|test)\/)/.test(target);
const infraItself: May = (target) => within("infra/")(target) && !within("infra/local/", "infra/cli/")(target);

/** Who may import whom; the first folder that fits a file counts. */
const TABLE: [folder: string, may: May[]][] = [
  ["events/", [within("events/"), oneOf("zod")]],
  ["domain/", [within("domain/", "events/"), oneOf(...PURE)]],
  ["functions/", [within("functions/", "domain/", "events/"), node, oneOf(...packages, "aws-lambda")]],
  ["infra/local/", [within("infra/local/"), node, library]],
  ["infra/cli/", [within("infra/", "events/"), node, library]],
  ["infra/", [infraItself, within("events/"), node, oneOf("aws-cdk-lib", "constructs", "zod", "esbuild")]],
];

/** Each file of these folders is an entry of the folder's index.ts. */
const REGISTRIES = [
  ...subfolders("functions/adapters"),
  "domain/segment/conditions",
  "domain/journey/presets",
  "domain/journey/steps",
  "domain/message/channels",
  "domain/message/gates",
  "domain/message/templates",
  "domain/analytics/metrics",
  "domain/attribution/models",
];

const HANDLER_FOLDERS = /^functions\/(http|webhooks|consumers|stream|tasks)\//;

describe("an import", () => {
  it("goes where the table allows", () => {
    const refused = sources.flatMap(({ path, imports }) => {
      const [, may] = TABLE.find(([folder]) => path.startsWith(folder)) ?? [];
      return imports.filter((target) => may?.every((rule) => !rule(target))).map((target) => `${path} -> ${target}`);
    });
    expect(refused).toEqual([]);
  });

  it("takes zod as a namespace: a named import drags every locale into a bundle", () => {
    const named = (one: SyntaxNode) =>
      one.type === "ImportDeclaration" &&
      one.importKind !== "type" &&
      (one.source as { value?: string }).value === "zod" &&
      (one.specifiers as SyntaxNode[]).some(({ type }) => type !== "ImportNamespaceSpecifier");
    expect(places(sources, named)).toEqual([]);
  });

  it("never reaches a test from outside of the tests", () => {
    const outside = sources.filter(({ path }) => !path.startsWith("test/"));
    expect(outside.filter(({ imports }) => imports.some(within("test/"))).map(({ path }) => path)).toEqual([]);
  });

  it("never reaches a handler from another one: what two need is a file of its own", () => {
    const handlers = new Set(sources.filter(exportsHandler).map(({ path }) => path));
    const found = sources.flatMap(({ path, imports }) => {
      if (!path.startsWith("functions/")) return [];
      return imports.filter((target) => handlers.has(target)).map((target) => `${path} -> ${target}`);
    });
    expect(found).toEqual([]);
  });
});

describe("the domain", () => {
  const domain = sources.filter(({ path }) => path.startsWith("domain/"));

  it("does not wait", () => {
    const waits = (one: SyntaxNode) => one.type === "AwaitExpression" || one.async === true || one.await === true;
    expect(places(domain, waits)).toEqual([]);
  });

  it("has no clock, no chance, no process and no network", () => {
    const outside = new Set(["process", "console", "globalThis", "performance", "crypto", "fetch"]);
    const reaches = (one: SyntaxNode) =>
      readsClock(one) ||
      outside.has(nameOf(one.type === "MemberExpression" ? one.object : one.callee)) ||
      ["Math.random", "setTimeout", "setInterval"].includes(nameOf(one.callee));
    expect(places(domain, reaches)).toEqual([]);
  });
});

describe("the wall clock", () => {
  it("is read by the shell only", () => {
    const edge = sources.filter(({ path }) => /^functions\/(?!shell\/)/.test(path));
    expect(places(edge, readsClock)).toEqual([]);
  });
});

describe("a file", () => {
  it(`has at most ${LINES_MAX} lines`, () => {
    const long = sources.filter(({ text }) => text.trimEnd().split("\n").length > LINES_MAX);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it(`has at most ${COLUMNS_MAX} columns`, () => {
    const wide = sources.flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, n) => (line.length > COLUMNS_MAX ? [`${path}:${n + 1}`] : [])),
    );
    expect(wide).toEqual([]);
  });

  it("is named in kebab-case", () => {
    const odd = sources.filter(({ path }) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+([-.][a-z0-9]+)*$/.test(path));
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  it("leaves nothing for later, and no test alone", () => {
    const later = new RegExp(`\\b(FIX${"ME"}|TO${"DO"}|XX${"X"})\\b|\\b(describe|it|test)\\.on${"ly"}\\b`);
    expect(files.filter(({ text }) => later.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it("names no place of the machine that it was written on", () => {
    const place = new RegExp(
      `/wo${"rk"}/|/ho${"me"}/\\w|/Us${"ers"}/\\w|(^|["'\`\\s(=])/[\\w@./-]*node_mod${"ules"}/`,
      "m",
    );
    expect(files.filter(({ text }) => place.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe("a function", () => {
  it(`has at most ${FUNCTION_LINES_MAX} lines`, () => {
    const long = sources.flatMap((source) => {
      const rules = source.nodes.filter(isRule);
      const functions = source.nodes.filter((one) => /^(Arrow)?Function(Declaration|Expression)/.test(one.type));
      const over = functions.filter((one) => !holdsRules(one, rules) && linesOf(source, one) > FUNCTION_LINES_MAX);
      return over.map((one) => at(source, one));
    });
    expect(long).toEqual([]);
  });

  it("that is exported says what it is", () => {
    const silent = sources.flatMap((source) => {
      const exported = source.nodes.filter(
        (one) => one.type === "ExportNamedDeclaration" && isFunction(one.declaration),
      );
      return exported.filter((one) => !isDocumented(source, one)).map((one) => at(source, one));
    });
    expect(silent).toEqual([]);
  });
});

describe("a registry", () => {
  it("names every file beside its index", () => {
    const there = REGISTRIES.filter((folder) => existsSync(join(ROOT, folder)));
    const unnamed = there.flatMap((folder) => {
      const index = files.find(({ path }) => path === `${folder}/index.ts`)?.text ?? "";
      const entries = readdirSync(join(ROOT, folder)).filter((name) => !["index.ts", "README.md"].includes(name));
      return entries.filter((name) => !index.includes(`"./${name}`)).map((name) => `${folder}/${name}`);
    });
    expect(unnamed).toEqual([]);
  });
});

describe("the root", () => {
  it("keeps to its folders", () => {
    const known = ["docs", "domain", "events", "functions", "infra", "test"];
    expect(rootFolders().filter((folder) => !known.includes(folder))).toEqual([]);
  });

  it("has a lock file that names no registry", () => {
    expect(readFileSync(join(ROOT, "package-lock.json"), "utf8")).not.toContain('"resolved"');
  });
});

function subfolders(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${folder}/${name}`);
}

function exportsHandler({ path, text }: Parsed): boolean {
  return HANDLER_FOLDERS.test(path) && /^export const handler\b/m.test(text);
}

function places(from: Parsed[], matches: (node: SyntaxNode) => boolean): string[] {
  return from.flatMap((source) => source.nodes.filter(matches).map((one) => at(source, one)));
}

function at(source: Parsed, one: SyntaxNode): string {
  return `${source.path}:${lineOf(source, one)}`;
}

function readsClock(one: SyntaxNode): boolean {
  const bare = (one.arguments as unknown[] | undefined)?.length === 0;
  if (one.type === "NewExpression") return bare && nameOf(one.callee) === "Date";
  if (one.type === "CallExpression" && nameOf(one.callee) === "Date") return true;
  return one.type === "MemberExpression" && ["Date.now", "Temporal.Now"].includes(nameOf(one));
}

function isRule(one: SyntaxNode): boolean {
  return one.type === "CallExpression" && /^(describe|it)\b/.test(nameOf(one.callee));
}

/** A function of suites or rules is a list, not code. */
function holdsRules(one: SyntaxNode, rules: SyntaxNode[]): boolean {
  return rules.some(({ start, end }) => start > one.start && end <= one.end);
}

function linesOf({ text }: Parsed, { start, end }: SyntaxNode): number {
  return text.slice(start, end).split("\n").length;
}

function isFunction(declaration: unknown): boolean {
  const { type, declarations } = (declaration ?? {}) as { type?: string; declarations?: { init?: SyntaxNode }[] };
  if (type === "FunctionDeclaration" || type === "ClassDeclaration") return true;
  return declarations?.some(({ init }) => /^(Arrow)?FunctionExpression/.test(init?.type ?? "")) ?? false;
}

function isDocumented({ text }: Parsed, { start }: SyntaxNode): boolean {
  return /\*\/\s*(\/\/[^\n]*\s*)*$/.test(text.slice(0, start));
}
