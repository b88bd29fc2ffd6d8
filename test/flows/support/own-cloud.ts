import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Deployment } from "./deployment.ts";
import { localDeployment } from "./local-deployment.ts";

const START = fileURLToPath(new URL("../../../infra/cli/start.ts", import.meta.url));
const GONE_WITHIN_MS = 10_000;

/** `npm start -- --empty` in a process of its own, over a directory that outlives it. */
export class OwnCloud {
  readonly #directory = mkdtempSync(join(tmpdir(), "kolo-own-"));
  #child: ChildProcess | undefined;

  /** Starts it, or starts it again, and gives what listens. */
  async start(): Promise<Deployment> {
    const env = { ...process.env, PORT: "0", KOLO_DATA: this.#directory };
    const child = spawn(process.execPath, [START, "--empty"], { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    let said = "";
    return new Promise((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        said += chunk.toString();
        const url = /^ready (\S+)$/m.exec(said)?.[1];
        if (url !== undefined) resolve(localDeployment(url));
      };
      child.stdout?.on("data", hear);
      child.stderr?.on("data", hear);
      child.once("exit", () => reject(new Error(`It ended before it was ready:\n${said}`)));
    });
  }

  /** Sends it a signal; gives its exit code when it and every process below it are gone. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null) throw new Error("It does not run.");
    const below = descendants(child.pid);
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const code = await exited;
    for (const until = performance.now() + GONE_WITHIN_MS; below.some(isAlive); await pause(50)) {
      if (performance.now() > until) throw new Error(`Left behind: ${below.filter(isAlive).join(", ")}`);
    }
    return code;
  }

  /** Ends what may still run and takes its data away. */
  remove(): void {
    this.#child?.kill("SIGKILL");
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** All processes below one. */
function descendants(pid: number): number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const rows = table.map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    rows.filter(([, ppid]) => ppid === parent).flatMap(([child = 0]) => [child, ...below(child)]);
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
