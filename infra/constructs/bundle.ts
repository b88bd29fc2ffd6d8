import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, buildSync, type Metafile, version } from "esbuild";
import { SetupProblem } from "../setup-problem.ts";
import { PHONE_METADATA, shortPhoneMetadata } from "./phone-metadata.ts";

/** The repository's root. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const CACHE = join(ROOT, "node_modules", ".cache", "kolo", "bundles");

/**
 * The SDK loads these when it needs them, and here it never does: on Lambda credentials come from the environment
 * (130 KB), and none of our calls is an event stream (20 KB).
 */
const NEVER_REACHED = [
  ...["sso", "ini", "process", "web-identity", "login", "http"].map((name) => `@aws-sdk/credential-provider-${name}`),
  "@smithy/credential-provider-imds",
  "@smithy/core/event-streams",
];

/**
 * Node's modules as CommonJS, by both their names: `import` of one would read all that it exports, which loads what
 * nobody asked for (a third of a cold start's time; fetch's whole client with `node:http`).
 */
const BUILTINS = Object.fromEntries(
  builtinModules.flatMap((name) => {
    const module = `data:text/javascript,module.exports=process.getBuiltinModule(${JSON.stringify(name)})`;
    return [name, name.startsWith("node:") ? name : `node:${name}`].map((one) => [one, module]);
  }),
);

const OPTIONS = {
  absWorkingDir: ROOT,
  alias: { ...BUILTINS, [PHONE_METADATA]: shortPhoneMetadata(join(CACHE, "phone-metadata.json")) },
  bundle: true,
  external: NEVER_REACHED,
  format: "esm",
  legalComments: "none",
  mainFields: ["module", "main"],
  metafile: true,
  minify: true,
  platform: "node",
  target: "node24",
} as const satisfies BuildOptions;

/** The code of one function: a generated entry and the files it imports from functions/. */
export interface Entry {
  name: string;
  /** The text of the entry module; imports are relative to the root. */
  source: string;
  /** The handlers' files, relative to the root. */
  files: readonly string[];
  assets?: Assets;
}

/** Files that lie beside the code of a function. */
export interface Assets {
  /** Changes with what the files are made of, apart from the inputs that `make` names. */
  key: string;
  make(): { files: Record<string, string | Buffer>; inputs: Record<string, string> };
}

/** What every entry imports before anything else. */
export const COLD_START = "functions/shell/cold-start.ts";

/** The entry of a function whose file exports `handler` itself. */
export function fileEntry(name: string, file: string): Entry {
  const source = `import "./${COLD_START}";\nexport { handler } from "./${file}";\n`;
  return { name, source, files: [COLD_START, file] };
}

/**
 * Bundles an entry into a folder that holds one `index.mjs`, and keeps esbuild's metafile as `<metafiles>/<name>.json`.
 * An entry whose inputs did not change since the last time is not built again.
 */
export function bundle(entry: Entry, metafiles: string): string {
  const missing = entry.files.filter((file) => !existsSync(join(ROOT, file)));
  if (missing.length > 0) {
    throw new SetupProblem(
      `The function "${entry.name}" of infra/wiring.ts needs ${missing.join(", ")}: no such file.`,
    );
  }
  const cached = join(CACHE, entry.name);
  const key = digest(JSON.stringify([OPTIONS, version, entry.source, entry.assets?.key, ...pins()]));
  if (!isFresh(cached, key)) build(entry, key, cached);
  mkdirSync(metafiles, { recursive: true });
  copyFileSync(join(cached, "metafile.json"), join(metafiles, `${entry.name}.json`));
  return join(cached, "code");
}

function build(entry: Entry, key: string, cached: string): void {
  const stdin = { contents: entry.source, resolveDir: ROOT, sourcefile: `${entry.name}.ts`, loader: "ts" } as const;
  const { metafile, outputFiles } = buildSync({ ...OPTIONS, stdin, write: false });
  const code = outputFiles.map((file) => file.text).join("");
  const assets = entry.assets?.make() ?? { files: {}, inputs: {} };
  mkdirSync(CACHE, { recursive: true });
  const fresh = mkdtempSync(join(CACHE, ".new-"));
  mkdirSync(join(fresh, "code"));
  writeFileSync(join(fresh, "code", "index.mjs"), code);
  for (const [name, content] of Object.entries(assets.files)) writeFileSync(join(fresh, "code", name), content);
  writeFileSync(join(fresh, "metafile.json"), JSON.stringify(metafile));
  const inputs = { ...inputsOf(metafile), ...assets.inputs };
  writeFileSync(join(fresh, "stamp.json"), JSON.stringify({ key, inputs }));
  // Another process may be doing the same: the last one wins, and both are whole.
  rmSync(cached, { recursive: true, force: true });
  renameSync(fresh, cached);
}

/** Our own modules of an entry as one module that imports packages from node_modules: to be run here, not deployed. */
export function modules({ name, source }: Pick<Entry, "name" | "source">): { code: string; metafile: Metafile } {
  const stdin = { contents: source, resolveDir: ROOT, sourcefile: `${name}.ts`, loader: "ts" } as const;
  const { metafile, outputFiles } = buildSync({ ...OPTIONS, packages: "external", stdin, write: false });
  return { metafile, code: outputFiles.map((file) => file.text).join("") };
}

/** Our own files with their digests; packages are pinned by the lock file. */
export function inputsOf(metafile: Metafile): Record<string, string> {
  const own = Object.keys(metafile.inputs).filter(
    (file) => !file.includes("node_modules/") && existsSync(join(ROOT, file)),
  );
  return Object.fromEntries(own.map((file) => [file, digestOf(file)]));
}

function isFresh(cached: string, key: string): boolean {
  const stamp = join(cached, "stamp.json");
  if (!existsSync(stamp)) return false;
  const known = JSON.parse(readFileSync(stamp, "utf8")) as { key: string; inputs: Record<string, string> };
  if (known.key !== key) return false;
  return Object.entries(known.inputs).every(([file, was]) => existsSync(join(ROOT, file)) && digestOf(file) === was);
}

function pins(): string[] {
  return ["package-lock.json", "tsconfig.json"].map(digestOf);
}

function digestOf(file: string): string {
  return digest(readFileSync(join(ROOT, file)));
}

function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
