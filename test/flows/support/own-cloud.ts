import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Deployment } from "./deployment.ts";
import { localDeployment } from "./local-deployment.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const GONE_WITHIN_MS = 10_000;

/** Where a cloud of one's own comes from: by default `npm start -- --empty` of this working copy, in a new folder. */
export interface OwnCloudOptions {
  /** Where its data is; left alone at the end when it is given. */
  directory?: string;
  /** The working copy whose `npm start` it is. */
  root?: string;
  /** Templates that are synthesized already: not even the first start synthesizes. */
  assembly?: string;
  /** The port of one that ran before over the same data. */
  port?: number;
}

/**
 * A local cloud in a process of its own, over a directory that outlives it. Its address stays the same, and only its
 * first start synthesizes.
 */
export class OwnCloud {
  readonly directory: string;
  /** The port that it listens on, or is to listen on; 0 = any. */
  port: number;
  readonly #options: OwnCloudOptions;
  #assembly: string | undefined;
  #child: ChildProcess | undefined;

  constructor(options: OwnCloudOptions = {}) {
    this.#options = options;
    this.#assembly = options.assembly;
    this.port = options.port ?? 0;
    this.directory = options.directory ?? mkdtempSync(join(tmpdir(), "kolo-own-"));
  }

  /** Starts it, or starts it again, and gives what listens. */
  async start(): Promise<Deployment> {
    const env = { ...process.env, PORT: String(this.port), KOLO_DATA: this.directory };
    const { root = ROOT } = this.#options;
    const child = spawn(process.execPath, this.#program(root), { env, cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    // Whoever started it may fail before it ends it: what is below a killed cloud ends by itself.
    const kill = () => child.kill("SIGKILL");
    process.once("exit", kill);
    child.once("exit", () => process.off("exit", kill));
    let said = "";
    return new Promise((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        said += chunk.toString();
        const url = /^ready (\S+)$/m.exec(said)?.[1];
        if (url === undefined) return;
        this.port = Number(new URL(url).port);
        this.#assembly ??= join(this.directory, "cdk.out");
        resolve(localDeployment(url));
      };
      child.stdout?.on("data", hear);
      child.stderr?.on("data", hear);
      child.once("exit", () => reject(new Error(`It ended before it was ready:\n${said}`)));
    });
  }

  #program(root: string): string[] {
    if (this.#assembly === undefined) return [join(root, "infra/cli/start.ts"), "--empty"];
    return [join(ROOT, "test/drills/serve.ts"), this.#assembly, this.directory, String(this.port)];
  }

  /** What listens since its start. */
  deployment(): Deployment {
    return localDeployment(`http://127.0.0.1:${this.port}`);
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

  /** Ends what may still run, and takes its data away unless somebody gave it the folder. */
  remove(): void {
    this.#child?.kill("SIGKILL");
    if (this.#options.directory === undefined) rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
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
