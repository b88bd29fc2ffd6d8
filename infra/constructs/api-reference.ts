import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Route } from "../wiring-types.ts";
import { type Assets, inputsOf, modules, ROOT } from "./bundle.ts";
import { checkRoles, handlerFile, wordsFile } from "./route-groups.ts";

const GENERATOR = "functions/http/docs/document.ts";
const LIBRARY = "node_modules/swagger-ui-dist";
const PAGES = { "swagger-ui.js": "swagger-ui-bundle.js", "swagger-ui.css": "swagger-ui.css" };

/** The document of all routes and the library that shows it: they lie beside the code that serves them. */
export function apiReference(routes: readonly Route[]): Assets {
  const source = generator(routes);
  return {
    key: source,
    make() {
      const { code, metafile } = modules({ name: "api-reference", source });
      const library = Object.entries(PAGES).map(([name, file]) => [
        `${name}.gz`,
        gzipSync(readFileSync(join(ROOT, LIBRARY, file)), { level: 9 }),
      ]);
      return { files: { "openapi.json": run(code), ...Object.fromEntries(library) }, inputs: inputsOf(metafile) };
    },
  };
}

/** A module that writes the document: the lines of the wiring with their handlers' forms and the words for them. */
function generator(routes: readonly Route[]): string {
  const files = [...new Set(routes.map(handlerFile))];
  const words = [...new Set(routes.map(wordsFile))].filter((file) => existsSync(join(ROOT, file)));
  const lines = routes.map((route) => {
    const { on, run } = route;
    const line = JSON.stringify({ on, run, roles: checkRoles(route) });
    const said = words.indexOf(wordsFile(route));
    const known = said === -1 ? "" : `, words: words${said}`;
    return `  { ...${line}, route: route${files.indexOf(handlerFile(route))}${known} },`;
  });
  return [
    `import { document } from "./${GENERATOR}";`,
    ...files.map((file, n) => `import { handler as route${n} } from "./${file}";`),
    ...words.map((file, n) => `import { words as words${n} } from "./${file}";`),
    "process.stdout.write(JSON.stringify(document([",
    ...lines,
    "])));",
    "",
  ].join("\n");
}

/** Handlers are never imported here: their modules tell their forms in a process of their own. */
function run(code: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module"], {
    cwd: ROOT,
    encoding: "utf8",
    input: code,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`The API reference could not be made.\n${stderr}`);
  return stdout;
}
