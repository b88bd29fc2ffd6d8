// `npm start` and `npm test` on a machine that has Node.js and Java and nothing else: plain JavaScript, no packages.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_MIN = 20;
const JAVA_MIN = 11;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MODULES = join(ROOT, "node_modules");
const LOCK = join(ROOT, "package-lock.json");
const STAMP = join(MODULES, ".kolo-lock");
/** npm writes this file when it has finished. */
const INSTALLED = join(MODULES, ".package-lock.json");

const tasks = {
  start: (args) => [{ run: ["infra/cli/start.ts", ...args] }],
  test: (args) => [
    { heading: "Types", run: ["node_modules/typescript/bin/tsc"] },
    { heading: "Lint", run: ["node_modules/@biomejs/biome/bin/biome", "check"] },
    { heading: "Tests", run: ["node_modules/vitest/vitest.mjs", "run", ...args] },
  ],
};

const parent = process.ppid;
let stopping = false;
let child;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(signal));
// npm hands a signal to a shell that may die of it without a word to us: then our parent changes.
if (process.env.npm_lifecycle_event !== undefined) setInterval(watchParent, 500).unref();
process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]) {
  const task = tasks[name];
  if (task === undefined) return refuse(`Say what to do: ${Object.keys(tasks).join(" or ")}.`);
  const problem = nodeProblem() ?? javaProblem();
  if (problem !== undefined) return refuse(problem);
  const steps = [...install(), ...task(args).map((step) => ({ ...step, command: ownNode() }))];
  for (const { heading, command, run, done } of steps) {
    if (heading !== undefined) console.log(`\n=== ${heading}`);
    const code = await runToEnd(command, run);
    if (code !== 0) return code;
    done?.();
  }
  return 0;
}

function nodeProblem() {
  const [major] = process.versions.node.split(".");
  if (Number(major) >= NODE_MIN) return undefined;
  const found = process.versions.node;
  return `Kolo needs Node.js ${NODE_MIN} or newer, and this is ${found}: install a newer one from https://nodejs.org.`;
}

/** Amazon's DynamoDB Local is a Java program. */
function javaProblem() {
  const advice = `install Java ${JAVA_MIN} or newer, e.g. from https://adoptium.net, so that \`java -version\` works.`;
  const { error, stdout, stderr } = spawnSync("java", ["-version"], { encoding: "utf8" });
  if (error !== undefined) return `Kolo's local cloud needs Java, and there is no \`java\` on the PATH: ${advice}`;
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(`${stderr}${stdout}`) ?? [];
  const major = Number(first === "1" ? second : first);
  if (major >= JAVA_MIN) return undefined;
  return `Kolo's local cloud needs a newer Java than ${first === undefined ? "this one" : major}: ${advice}`;
}

/** The step that brings node_modules to what the lock file says, or none when they agree. */
function install() {
  const digest = createHash("sha256").update(readFileSync(LOCK)).digest("hex");
  const stamp = () => writeFileSync(STAMP, digest);
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest) return [];
  if (existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs) {
    stamp();
    return [];
  }
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  const [command, run] = npm === undefined ? ["npm", ["ci"]] : [node ?? process.execPath, [npm, "ci"]];
  return [{ heading: "Installing packages (once)", command, run, done: stamp }];
}

/** Node.js 24 from node_modules, whatever the machine has. */
function ownNode() {
  return join(MODULES, "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}

/**
 * Runs a command in a process group of its own, so that a signal reaches it exactly once and nothing of it is left
 * behind. It hears of our own death through its IPC channel (`process.on("disconnect")`).
 */
function runToEnd(command, args) {
  if (stopping) return 130;
  const PATH = `${join(MODULES, ".bin")}${delimiter}${process.env.PATH}`;
  const options = {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, PATH },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  };
  child = spawn(command, args, options);
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(refuse(`${command} cannot run: ${error.message}`)));
    child.once("exit", (code, signal) => {
      killGroup();
      child = undefined;
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

/** The first signal asks; the second one does not ask. */
function stop(signal) {
  if (child === undefined) process.exit(128 + constants.signals[signal]);
  if (stopping) killGroup();
  else child.kill(signal);
  stopping = true;
}

function watchParent() {
  if (process.ppid !== parent && !stopping) stop("SIGTERM");
}

function killGroup() {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

function refuse(sentence) {
  console.error(sentence);
  return 1;
}
