import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Presets, SingleBar } from "cli-progress";
import { type Mutant, mutants } from "./mutants.ts";

/** What vitest's JSON report says of a run, as far as we read it. */
interface Report {
  testResults: { assertionResults: { status: string; fullName: string }[] }[];
}

interface Verdict {
  mutant: Mutant;
  /** The first test that failed; `undefined` when the fault went unnoticed. */
  caughtBy: string | undefined;
  seconds: number;
}

/** The folders of tests that need neither a cloud nor a synthesis. */
const JUDGES = ["test/domain/", "test/events/", "test/functions/", "test/gate/"];

/** A copy of what is committed, where faults can be planted without harm. */
class Copy {
  readonly #folder = mkdtempSync(join(tmpdir(), "kolo-mutants-"));
  readonly #root = join(this.#folder, "kolo");

  constructor() {
    mkdirSync(this.#root);
    const archive = execFileSync("git", ["archive", "HEAD"], { maxBuffer: 1024 ** 3 });
    execFileSync("tar", ["-x", "-C", this.#root], { input: archive });
    symlinkSync(resolve("node_modules"), join(this.#root, "node_modules"));
    if (existsSync("../shared")) symlinkSync(resolve("../shared"), join(this.#folder, "shared"));
  }

  /** Plants a fault, runs the tests beside it and then all that need no cloud, and takes it out again. */
  judge(mutant: Mutant): Verdict {
    const path = join(this.#root, mutant.file);
    const before = readFileSync(path, "utf8");
    if (before.split(mutant.from).length !== 2) throw new Error(`The place of "${mutant.fault}" is not committed.`);
    const started = performance.now();
    writeFileSync(
      path,
      before.replace(mutant.from, () => mutant.to),
    );
    try {
      const caughtBy = this.#failed(`test/${dirname(mutant.file)}/`) ?? this.#failed();
      return { mutant, caughtBy, seconds: (performance.now() - started) / 1_000 };
    } finally {
      writeFileSync(path, before);
    }
  }

  /** Without a fault nothing fails: else whatever fails would say nothing of faults. */
  control(): void {
    const failed = this.#failed();
    if (failed) throw new Error(`Without any fault this fails: ${failed}`);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #failed(filter?: string): string | undefined {
    if (filter && !existsSync(join(this.#root, filter))) return undefined;
    const output = join(this.#folder, "report.json");
    rmSync(output, { force: true });
    const options = ["--project", "unit", "--bail", "1", "--passWithNoTests"];
    const report = ["--reporter", "json", "--outputFile", output];
    const args = [
      resolve("node_modules/vitest/vitest.mjs"),
      "run",
      ...options,
      ...report,
      ...(filter ? [filter] : JUDGES),
    ];
    const { stderr } = spawnSync(process.execPath, args, { cwd: this.#root, encoding: "utf8" });
    if (!existsSync(output)) throw new Error(`The tests did not run: ${stderr}`);
    const { testResults } = JSON.parse(readFileSync(output, "utf8")) as Report;
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    return tests.find(({ status }) => status === "failed")?.fullName;
  }
}

/** `npm run mutants [-- <words of a fault>]`: plants each fault in a copy of what is committed, and asks the tests. */
function main(words: string): boolean {
  const wanted = mutants.filter(({ fault }) => fault.includes(words));
  const copy = new Copy();
  console.log("Without any fault ...");
  const bar = new SingleBar({ format: "  {bar} {value}/{total} faults  {duration_formatted}" }, Presets.shades_classic);
  try {
    copy.control();
    bar.start(wanted.length, 0);
    const verdicts = wanted.map((mutant) => {
      const verdict = copy.judge(mutant);
      bar.increment();
      return verdict;
    });
    bar.stop();
    for (const { mutant, caughtBy, seconds } of verdicts) {
      console.log(`${caughtBy ? "caught" : "MISSED"}  ${mutant.fault} (${mutant.file}, ${seconds.toFixed(0)} s)`);
      if (caughtBy) console.log(`        by: ${caughtBy}`);
    }
    const caught = verdicts.filter(({ caughtBy }) => caughtBy !== undefined).length;
    console.log(`\n${caught} of ${verdicts.length} planted faults were caught`);
    return caught === verdicts.length;
  } finally {
    copy.remove();
  }
}

process.exitCode = main(process.argv.slice(2).join(" ")) ? 0 : 1;
