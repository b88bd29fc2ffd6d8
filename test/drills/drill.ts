import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { restoreDrill } from "./restore.ts";
import { Steps } from "./steps.ts";
import { upgradeDrill } from "./upgrade.ts";

const USAGE = `npm run drill -- restore                    the table is lost and restored to an earlier moment
npm run drill -- upgrade [--from HEAD~1]    a new release starts over what an older one wrote`;

/** `npm run drill -- <name>`: rehearses on the local cloud what an operator hopes never to need. */
async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { from: { type: "string", default: "HEAD~1" } },
  });
  const [name, ...rest] = positionals;
  if (rest.length > 0 || (name !== "restore" && name !== "upgrade")) {
    console.error(USAGE);
    return false;
  }
  const folder = mkdtempSync(join(tmpdir(), "kolo-drill-"));
  const steps = new Steps();
  try {
    if (name === "restore") await restoreDrill(folder, steps);
    else await upgradeDrill(folder, values.from, steps);
    return steps.summed();
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

process.exitCode = (await main()) ? 0 : 1;
