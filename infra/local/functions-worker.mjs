// The process of one Lambda environment. Plain JavaScript: stripping types would cost every cold start 70 ms.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const RESPONSE_BYTES_MAX = 6_291_556;

let { offsetMs } = JSON.parse(process.argv[2] ?? "{}");
const WallDate = Date;
const send = process.send.bind(process);
// A handler must not see that it has a parent.
delete process.send;
process.on("disconnect", () => process.exit(0));
shiftDate();

const started = performance.now();
let handler;
try {
  handler = await loadHandler();
  send({ type: "ready", initMs: performance.now() - started });
} catch (error) {
  console.error("%s\tundefined\tERROR\tUncaught Exception \t%s", new Date().toISOString(), describe(error));
  send({ type: "failed", error: plain(error) }, () => process.exit(1));
}

process.on("message", (message) => {
  offsetMs = message.offsetMs;
  if (message.type === "invoke") void invoke(message);
});

/** Runs the handler once and answers with its result or its error. */
async function invoke({ requestId, payload, context, timeoutMs }) {
  const deadline = performance.now() + timeoutMs;
  process.env._X_AMZN_TRACE_ID = `Root=1-${requestId.slice(0, 8)}-${requestId.replaceAll("-", "").slice(8)};Sampled=0`;
  try {
    const result = await handler(JSON.parse(payload), {
      ...context,
      awsRequestId: requestId,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
    });
    const body = JSON.stringify(result ?? null);
    if (Buffer.byteLength(body) > RESPONSE_BYTES_MAX) throw tooLarge();
    send({ type: "result", requestId, ok: true, payload: body });
  } catch (error) {
    console.error("%s\t%s\tERROR\tInvoke Error \t%s", new Date().toISOString(), requestId, describe(error));
    send({ type: "result", requestId, ok: false, error: plain(error) });
  }
}

async function loadHandler() {
  const [file, ...path] = process.env._HANDLER.split(".");
  const root = process.env.LAMBDA_TASK_ROOT;
  const entry = [".mjs", ".js", ".cjs"].map((extension) => join(root, `${file}${extension}`)).find(existsSync);
  if (!entry) throw named("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
  const module = await import(pathToFileURL(entry).href);
  const found =
    path.reduce((value, name) => value?.[name], module) ?? path.reduce((value, name) => value?.[name], module.default);
  if (typeof found !== "function")
    throw named("Runtime.HandlerNotFound", `${process.env._HANDLER} is undefined or not exported`);
  return found;
}

/** `Date` follows the cloud's clock; everything else about it stays as it was. */
function shiftDate() {
  const now = () => WallDate.now() + offsetMs;
  globalThis.Date = new Proxy(WallDate, {
    construct: (target, parts, newTarget) => Reflect.construct(target, parts.length > 0 ? parts : [now()], newTarget),
    apply: () => new WallDate(now()).toString(),
    get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
  });
  WallDate.prototype.constructor = globalThis.Date;
}

function tooLarge() {
  const sentence = `Response payload size exceeded maximum allowed payload size (${RESPONSE_BYTES_MAX} bytes).`;
  return named("Function.ResponseSizeTooLarge", sentence);
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

function plain(error) {
  const known = error instanceof Error;
  return { errorType: known ? error.name : typeof error, errorMessage: known ? error.message : String(error) };
}

function describe(error) {
  const known = error instanceof Error;
  return JSON.stringify({ ...plain(error), stack: known ? String(error.stack).split("\n") : [] });
}
