import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Metafile } from "esbuild";
import { describe, expect, it } from "vitest";
import { bundle, type Entry, fileEntry, ROOT } from "../../infra/constructs/bundle.ts";

const out = mkdtempSync(join(tmpdir(), "kolo-bundles-"));
const entry = (name: string, source: string, files: string[] = []): Entry => ({ name: `test-${name}`, source, files });
const values = entry("values", 'export { Money } from "./events/values.ts";\n', ["events/values.ts"]);

describe("a bundle", () => {
  it("is one small ES module, with esbuild's account of it beside", async () => {
    const folder = bundle(values, out);
    expect(readdirSync(folder)).toEqual(["index.mjs"]);
    const { Money } = (await import(join(folder, "index.mjs"))) as { Money: { parse(value: unknown): unknown } };
    expect(Money.parse({ amountMinor: 1, currency: "UAH" })).toEqual({ amountMinor: 1, currency: "UAH" });
    const { inputs } = JSON.parse(readFileSync(join(out, "test-values.json"), "utf8")) as Metafile;
    expect(Object.keys(inputs)).toContain("events/values.ts");
  });

  it("is kept while its sources are the same, and built again when they change", () => {
    const builtAt = (one: Entry) => statSync(join(bundle(one, out), "index.mjs")).mtimeMs;
    const first = builtAt(values);
    expect(builtAt(values)).toBe(first);
    expect(builtAt({ ...values, source: 'export { Instant } from "./events/values.ts";\n' })).toBeGreaterThan(first);
  });

  it("follows the files that it imports", () => {
    const imported = join(mkdtempSync(join(tmpdir(), "kolo-source-")), "imported.ts");
    writeFileSync(imported, "export const answer = 41;\n");
    const importing = entry("importing", `export { answer } from ${JSON.stringify(imported)};\n`);
    bundle(importing, out);
    writeFileSync(imported, "export const answer = 42;\n");
    expect(readFileSync(join(bundle(importing, out), "index.mjs"), "utf8")).toContain("42");
  });

  it("of a handler's file has its schemas made after what every function imports first", async () => {
    const made =
      'import * as z from "zod";\nexport const handler = () => undefined;\nhandler.jitless = z.config().jitless;\n';
    const folder = mkdtempSync(join(ROOT, "node_modules", ".cache", "kolo", "source-"));
    writeFileSync(join(folder, "handler.ts"), made);
    const built = bundle(fileEntry("test-first", relative(ROOT, join(folder, "handler.ts"))), out);
    rmSync(folder, { recursive: true });
    const { handler } = (await import(join(built, "index.mjs"))) as { handler: { jitless?: boolean } };
    expect(handler.jitless).toBe(true);
  });

  it("names the handler's file that is missing", () => {
    const missing = { ...values, files: ["functions/http/orders/no-such-route.ts"] };
    expect(() => bundle(missing, out)).toThrow(
      'The function "test-values" of infra/wiring.ts needs functions/http/orders/no-such-route.ts: no such file.',
    );
  });

  it("can ask for node's modules where a CommonJS dependency does", async () => {
    const dependency = join(mkdtempSync(join(tmpdir(), "kolo-source-")), "dependency.cjs");
    writeFileSync(dependency, 'exports.name = require("node:path").basename("/shops/kolo");\n');
    const folder = bundle(entry("commonjs", `export { name } from ${JSON.stringify(dependency)};\n`), out);
    expect(await import(join(folder, "index.mjs"))).toMatchObject({ name: "kolo" });
  });

  it("has node's modules under both names without importing them, which would load all that they can do", async () => {
    const source = [
      'import { basename } from "path";',
      'import * as path from "node:path";',
      'import fs from "node:fs";',
      'export const names = [basename("/shops/kolo"), path.basename("/shops/kolo"), typeof fs.readFileSync];',
      'export const http = import("node:http");',
    ].join("\n");
    const folder = bundle(entry("builtins", source), out);
    const text = readFileSync(join(folder, "index.mjs"), "utf8");
    expect(text).not.toMatch(/from\s*"|import\s*\(/);
    const { names, http } = (await import(join(folder, "index.mjs"))) as { names: string[]; http: Promise<object> };
    expect(names).toEqual(["kolo", "kolo", "function"]);
    expect(await http).toHaveProperty("request");
  });
});
