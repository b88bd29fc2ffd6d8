import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

/** The child processes of one data directory: their ids are on disk, so that a start can end those of a killed one. */
export class Processes {
  readonly #file: string;

  constructor(dataDir: string) {
    this.#file = join(dataDir, "processes");
  }

  /** Ends what a cloud that was killed left behind; a process id that means something else by now is left alone. */
  endLeftovers(): void {
    if (!existsSync(this.#file)) return;
    for (const line of readFileSync(this.#file, "utf8").split("\n")) {
      const [pid = "", mark = ""] = line.split(" ");
      if (pid !== "" && commandOf(pid).includes(mark)) kill(Number(pid));
    }
    rmSync(this.#file);
  }

  /** Remembers a child by its id and a word of its command line. */
  remember(pid: number | undefined, mark: string): void {
    if (pid !== undefined) appendFileSync(this.#file, `${pid} ${mark}\n`);
  }

  forget(): void {
    rmSync(this.#file, { force: true });
  }
}

function commandOf(pid: string): string {
  try {
    return execFileSync("ps", ["-p", pid, "-o", "command="], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    // No such process, or no `ps` here: either way there is nothing we know to be ours.
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

/** A port on loopback that nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
