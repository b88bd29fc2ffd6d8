import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scratch, synthesizeFixture } from "./runtime-fixture.ts";

const SERVER = new URL("runtime-server.ts", import.meta.url).pathname;
const WRITES = 60;

let assembly: string;
const running = new Set<ChildProcess>();

beforeAll(() => {
  assembly = synthesizeFixture();
});
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

interface Started {
  child: ChildProcess;
  /** What it said first: `ready <url> <endpoint>`, or why it could not start. */
  said: string;
  url: string;
}

function start(dataDir: string, port = 0, env: Record<string, string> = {}): Promise<Started> {
  const child = spawn(process.execPath, [SERVER, assembly, dataDir, String(port)], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "ignore"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return new Promise((resolve) => {
    child.stdout?.once("data", (chunk: Buffer) => {
      const said = chunk.toString().trim();
      resolve({ child, said, url: said.split(" ")[1] ?? "" });
    });
  });
}

async function end({ child }: Started, signal: NodeJS.Signals): Promise<void> {
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await exited;
}

const post = (url: string, path: string, body: object) =>
  fetch(url + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** All processes below one, their own children included. */
function descendants(pid: number): number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const rows = table.map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    rows.filter(([, ppid]) => ppid === parent).flatMap(([child = 0]) => [child, ...below(child)]);
  return below(pid);
}

const commandOf = (pid: number) =>
  execFileSync("ps", ["-p", String(pid), "-o", "command="], { encoding: "utf8" }).trim();

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const gone = (pids: number[]) => expect.poll(() => pids.filter(isAlive), { timeout: 5_000 }).toEqual([]);
const traces = () => {
  const file = join(assembly, "..", "seen");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
};

describe("a cloud that is killed and started again", () => {
  const dataDir = scratch();
  let cloud: Started;
  let before: { token: string; acknowledged: string[] };

  const credentials = async () => (await fetch(`${cloud.url}/_local/credentials`)).text();
  const keyOf = (token: string) => Buffer.from(JSON.parse(token).owner.split(".")[0], "base64url").toString();

  it("keeps its data to itself while it runs", async () => {
    cloud = await start(dataDir);
    expect(cloud.said).toMatch(/^ready/);
    const { said } = await start(dataDir);
    expect(said).toMatch(/^CannotStart: Another local cloud uses .+: stop it, or choose another data directory\.$/);
  });

  it("leaves no process behind", async () => {
    await post(cloud.url, "/_local/clock", { advanceSeconds: 3_600 });
    before = { token: await credentials(), acknowledged: await writeUntilKilled(cloud) };
  });

  it("has everything that was acknowledged after the next start, and hands it on", async () => {
    cloud = await start(dataDir);
    await post(cloud.url, "/_local/settle", {});
    const seen = new Set(traces());
    expect(before.acknowledged.length).toBeGreaterThan(5);
    expect(before.acknowledged.filter((name) => !seen.has(name))).toEqual([]);
  });

  it("goes on at its own time, with the key of its tokens", async () => {
    const { now } = (await (await fetch(`${cloud.url}/_local/clock`)).json()) as { now: string };
    expect(Date.parse(now) - Date.now()).toBeGreaterThan(3_590_000);
    expect(keyOf(await credentials())).toBe(keyOf(before.token));
  });

  it("has what even its watchdog could not end ended by the next start", async () => {
    const children = descendants(cloud.child.pid ?? 0);
    const java = children.find((pid) => commandOf(pid).startsWith("java")) ?? 0;
    const watchdog = children.find((pid) => commandOf(pid).includes("watchdog")) ?? 0;
    process.kill(watchdog, "SIGKILL");
    await end(cloud, "SIGKILL");
    expect(isAlive(java)).toBe(true);
    cloud = await start(dataDir);
    expect(cloud.said).toMatch(/^ready/);
    await gone([java]);
  });

  it("ends all its processes when it is asked to stop", async () => {
    await post(cloud.url, "/do/put", { pk: { S: "watched#last" }, sk: { S: "a" } });
    const children = descendants(cloud.child.pid ?? 0);
    expect(children.length).toBeGreaterThan(2);
    await end(cloud, "SIGINT");
    await gone(children);
  });
});

/** Writes items and sends messages until a kill in the midst of it; gives the names that were acknowledged. */
async function writeUntilKilled(cloud: Started): Promise<string[]> {
  const acknowledged: string[] = [];
  const children = descendants(cloud.child.pid ?? 0);
  const write = async (number: number) => {
    const name = `watched#${number}`;
    const answer = await post(cloud.url, "/do/put", { pk: { S: name }, sk: { S: "a" } });
    if (((await answer.json()) as { status: number }).status === 200) acknowledged.push(name);
    const sent = await post(cloud.url, "/do/send", { number });
    if (((await sent.json()) as { status: number }).status === 200) acknowledged.push(JSON.stringify({ number }));
    if (number === WRITES / 3) cloud.child.kill("SIGKILL");
  };
  const writers = [0, 1, 2, 3].map(async (writer) => {
    for (let number = writer; number < WRITES; number += 4) await write(number);
  });
  await Promise.allSettled(writers);
  await gone(children);
  return acknowledged;
}

describe("a cloud that cannot start", () => {
  it("says that its port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const { said } = await start(scratch(), port);
    other.close();
    expect(said).toBe(
      `CannotStart: Port ${port} is taken: stop what listens there, or choose another one (PORT=4001 npm start).`,
    );
  });

  it("says that there is no Java", async () => {
    const { said, child } = await start(scratch(), 0, { JAVA_HOME: "/nowhere" });
    expect(said).toMatch(/^CannotStart: DynamoDB Local needs Java 11 or newer: install it .+, or set JAVA_HOME\.$/);
    await expect.poll(() => child.exitCode).toBe(1);
  });
});
