import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FUNCTIONS = fileURLToPath(new URL("../../functions/", import.meta.url));
/** The SDK behind a port, the place in a list that an answer names, and what is said of code. */
const ELSEWHERE = /\b(?:client\.send|cursor\.write)\(|^\s*(?:\*|\/[/*])/;

/**
 * Every line of `functions` that changes something outside, such as `table/leases.ts:58`: a save, or a call of a port
 * by one of these names.
 */
export function changingLines(calls: readonly string[]): string[] {
  const change = new RegExp(`(?<!function )\\bsaving\\(|\\.(?:${[...new Set(calls)].join("|")})\\(`);
  return globSync("**/*.ts", { cwd: FUNCTIONS }).flatMap((file) =>
    readFileSync(FUNCTIONS + file, "utf8")
      .split("\n")
      .flatMap((line, index) => (change.test(line) && !ELSEWHERE.test(line) ? [`${file}:${index + 1}`] : [])),
  );
}

/** The lines of `functions` on the stack of whoever asks, with those that wait for it. */
export function linesOnStack(): string[] {
  const { stack = "" } = new Error("here");
  return [...stack.matchAll(/\/functions\/([\w/-]+\.ts:\d+)/g)].map(([, line = ""]) => line);
}
