import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kolo } from "../../infra/cli/kolo.ts";
import { checkFree } from "../../infra/local/cloud.ts";
import { openDatabase } from "../../infra/local/engine-database.ts";
import { ROOT } from "../support/sources.ts";

interface Start {
  dataDir: string;
  port?: number;
  option?: string;
  /** Ends it as soon as it has said this. */
  until?: string;
}

/** What a start says until it ends, and whether it wrote bundles. */
async function started({ dataDir, port = 0, option = "--empty", until }: Start) {
  const env = { ...process.env, KOLO_DATA: dataDir, PORT: String(port) };
  const child = spawn(process.execPath, [join(ROOT, "infra/cli/start.ts"), option], { env, cwd: ROOT });
  let said = "";
  const hear = (part: Buffer) => {
    said += part;
    if (until !== undefined && said.includes(until)) child.kill("SIGKILL");
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const code = await new Promise((done) => child.once("exit", done));
  return { code, said: said.trim(), synthesized: existsSync(join(dataDir, "cdk.out")) };
}

const scratch = () => mkdtempSync(join(tmpdir(), "kolo-start-"));

describe("a start that is refused", { timeout: 60_000 }, () => {
  it("leaves the bundles alone of the Kolo that has the port", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => other.once("listening", done));
    const { port } = other.address() as AddressInfo;
    const { code, said, synthesized } = await started({ dataDir: scratch(), port });
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

describe("a start", { timeout: 60_000 }, () => {
  const GOES_ON = "Goes on with the data of an earlier run";
  const BUNDLING = "bundling the functions";

  it("says that it goes on with an earlier run's data, and where they are", async () => {
    const dataDir = scratch();
    openDatabase(dataDir).close();
    const again = await started({ dataDir, until: BUNDLING });
    expect(again.said).toMatch(`${GOES_ON} in ${dataDir} (remove it to begin anew)`);
    const first = await started({ dataDir: scratch(), until: BUNDLING });
    expect(first.said).toContain(BUNDLING);
    expect(first.said).not.toContain(GOES_ON);
  });

  it("that is asked for help names every option, starts nothing and ends well", async () => {
    const { code, said, synthesized } = await started({ dataDir: scratch(), option: "--help" });
    expect([code, synthesized]).toEqual([0, false]);
    const refused = await started({ dataDir: scratch(), option: "--nonsense" });
    const [, options = ""] = /there are (.+)\./.exec(refused.said) ?? [];
    expect(options.split(", ")).toContain("--promoCode=");
    expect(options.split(", ").filter((option) => !said.includes(option))).toEqual([]);
  });
});

describe("the operator's command", () => {
  it("asked for help says how it is used and ends well; without a command it says so too, and does not", async () => {
    const said: string[] = [];
    const screen = { say: (line: string) => said.push(line), bar: () => ({ to() {}, end() {} }) };
    const codes = [];
    for (const args of [["help"], ["--help"], []]) codes.push(await kolo(args, screen, { asked: false }));
    expect(codes).toEqual([0, 0, 1]);
    expect(said.map((usage) => usage.split("\n")[0])).toEqual(Array(3).fill("npm run kolo -- <command> --stage prod"));
  });
});
