import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkFree } from "../../infra/local/cloud.ts";
import { openDatabase } from "../../infra/local/engine-database.ts";
import { ROOT } from "../support/sources.ts";

/** What a start that is refused says, and whether it wrote bundles before it was. */
async function refused({ dataDir, port }: { dataDir: string; port: number }) {
  const env = { ...process.env, KOLO_DATA: dataDir, PORT: String(port) };
  const child = spawn(process.execPath, [join(ROOT, "infra/cli/start.ts"), "--empty"], { env, cwd: ROOT });
  let said = "";
  child.stdout.on("data", (part) => (said += part));
  child.stderr.on("data", (part) => (said += part));
  const code = await new Promise((done) => child.once("exit", done));
  return { code, said: said.trim(), synthesized: existsSync(join(dataDir, "cdk.out")) };
}

const scratch = () => mkdtempSync(join(tmpdir(), "kolo-start-"));

describe("a start that is refused", { timeout: 60_000 }, () => {
  it("leaves the bundles alone of the Kolo that has the port", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => other.once("listening", done));
    const { port } = other.address() as AddressInfo;
    const { code, said, synthesized } = await refused({ dataDir: scratch(), port });
    other.close();
    expect([code, said, synthesized]).toEqual([1, expect.stringMatching(/^Port \d+ is taken: /), false]);
  });

  it("is one where another Kolo has the data directory; where none has been it makes none", async () => {
    const dataDir = scratch();
    await checkFree({ dataDir, port: 0 });
    expect(readdirSync(dataDir)).toEqual([]);
    const other = openDatabase(dataDir);
    await expect(checkFree({ dataDir, port: 0 })).rejects.toThrow("Another local cloud uses");
    other.close();
    await checkFree({ dataDir, port: 0 });
  });
});
