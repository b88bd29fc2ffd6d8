import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../infra/constructs/bundle.ts";

/** Runs the bootstrap with nothing on the PATH but a Java that answers so; without an answer there is no Java. */
function bootstrap(args: string[], java?: string) {
  const PATH = mkdtempSync(join(tmpdir(), "kolo-path-"));
  if (java !== undefined) {
    writeFileSync(join(PATH, "java"), `#!/bin/sh\necho '${java}' >&2\n`);
    chmodSync(join(PATH, "java"), 0o755);
  }
  const script = join(ROOT, "infra/cli/bootstrap.mjs");
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8", env: { PATH } });
  return { status, sentences: stderr.trim().split("\n") };
}

describe("npm start on a machine", () => {
  it("without Java says in one sentence what to install", () => {
    expect(bootstrap(["start"])).toEqual({
      status: 1,
      sentences: [
        expect.stringMatching(/^Kolo's local cloud needs Java, and there is no `java` .*: install Java 11 or newer/),
      ],
    });
  });

  it("with an old Java says so", () => {
    const { status, sentences } = bootstrap(["start"], 'java version "1.8.0_321"');
    expect([status, sentences]).toEqual([1, [expect.stringContaining("needs a newer Java than 8: install Java 11")]]);
  });

  it("that is asked for something else says what there is", () => {
    expect(bootstrap(["fly"])).toEqual({ status: 1, sentences: ["Say what to do: start or test."] });
  });
});
