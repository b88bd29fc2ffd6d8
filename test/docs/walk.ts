import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";

const HOME = "http://127.0.0.1:4000";
const USAGE = "npx node test/docs/walk.ts <page.md> [<url of a fresh Kolo>] [--write]";

/** One fenced block of a page, by the place where its content stands. */
interface Block {
  kind: "sh" | "text";
  body: string;
  from: number;
  to: number;
}

/** Commands and what the page says that they print, if it says anything. */
interface Step {
  commands: string;
  told: Block | undefined;
}

function stepsOf(page: string): Step[] {
  const blocks = [...page.matchAll(/```(sh|text)\n([\s\S]*?)```\n/g)].map(
    ({ 0: all, 1: kind, 2: body = "", index }) => {
      const from = index + "```\n".length + String(kind).length;
      return { kind, body, from, to: index + all.length - "```\n".length } as Block;
    },
  );
  return blocks.flatMap(({ kind, body, to }, n) => {
    const next = blocks[n + 1];
    const told = next?.kind === "text" && next.from - to < "```\n```text\n".length + 1 ? next : undefined;
    return kind === "sh" ? [{ commands: body, told }] : [];
  });
}

/** Runs the steps in one shell, as somebody who pastes them does; gives what each printed. */
function printed(steps: readonly Step[], url: string): string[] {
  const mark = (n: number) => `<<<${n}>>>`;
  const script = steps.map(({ commands }, n) => `${commands.replaceAll(HOME, url)}\nprintf '%s\\n' '${mark(n)}'\n`);
  const { stdout, stderr } = spawnSync("bash", ["-c", script.join("")], { encoding: "utf8", cwd: tmpdir() });
  if (stderr !== "") console.error(stderr);
  let rest = stdout.replaceAll(url, HOME);
  return steps.map((_, n) => {
    const [before = "", ...after] = rest.split(`${mark(n)}\n`);
    rest = after.join("");
    return before.trimEnd();
  });
}

/** A text without what differs from walk to walk: ids, secrets, times, days. */
const lasting = (text: string): string =>
  text
    .trim()
    .replaceAll(/\b([a-z]{3}_)?[0-9A-Z]{26}\b/g, "$1ID")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d{4}-\d\d-\d\d/g, "TIME")
    .replaceAll(/\b\d{1,2} \p{L}+ 20\d\d\b/gu, "DAY");

/** Walks a page: tells where it prints something else, or writes down what it printed. */
function walk(path: string, url: string, writes: boolean): number {
  const page = readFileSync(path, "utf8");
  const steps = stepsOf(page);
  const outputs = printed(steps, url);
  let [written, at, wrong] = ["", 0, 0];
  for (const [n, { commands, told }] of steps.entries()) {
    const output = outputs[n] ?? "";
    if (told && writes) [written, at] = [`${written}${page.slice(at, told.from)}${output}\n`, told.to];
    if (writes || lasting(told?.body ?? "") === lasting(output)) continue;
    wrong += 1;
    console.log(`--- ${commands}\n--- told:\n${told?.body ?? ""}\n--- printed:\n${output}\n`);
  }
  if (writes) writeFileSync(path, written + page.slice(at));
  console.log(`${path}: ${steps.length} blocks, ${wrong} of them print something else`);
  return wrong;
}

const [path, url = HOME] = process.argv.slice(2).filter((word) => word !== "--write");
if (path === undefined) console.error(USAGE);
process.exitCode = path === undefined || walk(path, url, process.argv.includes("--write")) > 0 ? 1 : 0;
