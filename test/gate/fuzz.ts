import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * `npm run fuzz`: Schemathesis makes requests of every kind from /openapi.json and sends them to a running local cloud:
 * no answer may be a fault, and none outside of the document. It is a tool of Python and no part of `npm test`.
 */

const HELP = `The fuzzer is Schemathesis, a tool of Python, which is optional:
  python3 -m venv ~/.kolo-fuzz && ~/.kolo-fuzz/bin/pip install schemathesis
  SCHEMATHESIS=~/.kolo-fuzz/bin/schemathesis npm run fuzz
KOLO_URL=http://127.0.0.1:4000 asks a local cloud that runs already, else one is started; EXAMPLES=25 is how many
requests are made of each operation and kind; SEED=1 repeats a run.`;

const { SCHEMATHESIS = "schemathesis", KOLO_URL, EXAMPLES = "25", SEED = "20261120" } = process.env;
const CHECKS = [
  ...["not_a_server_error", "status_code_conformance", "content_type_conformance"],
  ...["response_headers_conformance", "response_schema_conformance", "ignored_auth"],
];
const READY_MS = 120_000;

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kolo-fuzz-"));

/** A port that nobody listens at. */
function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

/** Starts a local cloud of its own with no data. */
async function started(): Promise<{ url: string; stop: () => void }> {
  const port = String(await freePort());
  const env = { ...process.env, PORT: port, KOLO_DATA: join(folder, "data") };
  const cloud = spawn(process.execPath, [join(ROOT, "infra/cli/start.ts"), "--empty"], { env, cwd: ROOT });
  const url = await new Promise<string>((done, fail) => {
    const timer = setTimeout(() => fail(new Error("The local cloud does not start.")), READY_MS);
    cloud.stdout.on("data", (text: Buffer) => {
      const ready = /ready (http:\S+)/.exec(text.toString())?.[1];
      if (!ready) return;
      clearTimeout(timer);
      done(ready);
    });
    cloud.on("exit", (code) => fail(new Error(`The local cloud ended with ${code}.`)));
  });
  return { url, stop: () => void cloud.kill("SIGINT") };
}

type Fields = Record<string, unknown>;

async function ask(url: string, path: string, token?: string, body?: Fields): Promise<Fields & { id: string }> {
  const answer = await fetch(url + path, {
    headers: { ...(token && { authorization: `Bearer ${token}` }), "content-type": "application/json" },
    ...(body && { method: "POST", body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Fields & { id: string };
}

/** One of everything, so that ids lead somewhere; as parameters of Schemathesis. */
async function furnished(url: string, owner: string): Promise<Record<string, string>> {
  const settings = { platform: "generic", currency: "EUR", timeZone: "Europe/Berlin", country: "DE" };
  const store = await ask(url, "/v1/stores", owner, { name: "Fuzz", ...settings });
  const hook = { storeId: store.id, provider: "stripe", secret: "whsec_fuzz" };
  const { id: hookId } = await ask(url, "/v1/hooks", owner, hook);
  const { now } = (await ask(url, "/_local/clock")) as { now?: string };
  const price = { amountMinor: 1_000, currency: "EUR" };
  const order = await ask(url, "/v1/orders", owner, {
    ...{ storeId: store.id, externalId: "F-1", placedAt: now, total: price, customer: { email: "fuzz@example.com" } },
    lines: [{ name: "Tea", unitPrice: price }],
  });
  return { storeId: store.id, hookId, orderId: order.id, customerId: String(order.customerId), name: "revenue" };
}

/** Runs Schemathesis; `undefined` when there is none. */
function schemathesis(options: readonly string[], quiet = false): Promise<number | undefined> {
  return new Promise((done) => {
    const child = spawn(SCHEMATHESIS, options, { stdio: quiet ? "ignore" : "inherit", cwd: folder });
    child.on("error", () => done(undefined)).on("exit", (code) => done(code ?? 1));
  });
}

/** One run over every operation: true when all answers were sound. */
async function run(url: string, owner: string, parameters: Record<string, string>): Promise<boolean> {
  const config = join(folder, "schemathesis.toml");
  const lines = Object.entries(parameters).map(([name, value]) => `"path.${name}" = ${JSON.stringify(value)}`);
  writeFileSync(config, lines.length > 0 ? `[parameters]\n${lines.join("\n")}\n` : "");
  const options = [
    ...["--config-file", config, "run", `${url}/openapi.json`, "--header", `Authorization: Bearer ${owner}`],
    ...["--checks", CHECKS.join(), "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES],
    ...["--seed", SEED, "--continue-on-failure", "--warnings", "off", "--suppress-health-check", "all"],
    ...["--request-timeout", "30", "--workers", "1"],
  ];
  return (await schemathesis(options)) === 0;
}

async function fuzz(): Promise<number> {
  if ((await schemathesis(["--version"], true)) !== 0) {
    console.error(HELP);
    return 2;
  }
  const cloud = KOLO_URL ? { url: KOLO_URL, stop: () => {} } : await started();
  try {
    const { owner } = (await ask(cloud.url, "/_local/credentials")) as { owner?: string };
    const token = owner ?? "";
    const ids = await furnished(cloud.url, token);
    const sound = [await run(cloud.url, token, {}), await run(cloud.url, token, ids)];
    await ask(cloud.url, "/_local/settle", undefined, {});
    return sound.every(Boolean) ? 0 : 1;
  } finally {
    cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await fuzz();
