import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { localPlace } from "../../infra/cli/operator/local-place.ts";
import { isClean, rebuildMetrics, reconcile } from "../../infra/cli/operator/reconcile.ts";
import { ok } from "../flows/support/http.ts";
import { OwnCloud } from "../flows/support/own-cloud.ts";
import type { Store } from "../flows/support/store.ts";
import { audit } from "../support/audit.ts";
import type { Steps } from "./steps.ts";
import { seen, Trade } from "./trade.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const HOUR = 3_600;
const quiet = { stop: { asked: false }, screen: { say() {}, bar: () => ({ to() {}, end() {} }) } };

/** An older release writes, with work left in its stream and queues; this working copy starts over what it wrote. */
export async function upgradeDrill(folder: string, from: string, steps: Steps): Promise<void> {
  const root = join(folder, "older");
  steps.say(`An older release: ${checkOut(from, root)}`);
  const directory = join(folder, "data");
  mkdirSync(directory);
  const older = new OwnCloud({ root, directory });
  let newer: OwnCloud | undefined;
  try {
    const trade = await Trade.open(await older.start());
    const { store } = trade;
    await trade.day();
    await store.kolo.settle();
    const { orders } = await seen(store);
    steps.say(`It took ${orders.length} orders; now its stream and queues rest, and it takes as many again.`);
    await ok(store.kolo, "/_local/faults", { body: { paused: true } });
    await trade.day();
    const written = { orders: (await seen(store)).orders, history: await historyOf(store, orders) };
    await older.end("SIGINT");

    steps.say("This working copy starts over its data.");
    newer = new OwnCloud({ directory, port: older.port });
    await newer.start();
    await store.kolo.settle();
    const read = { orders: (await seen(store)).orders, history: await historyOf(store, orders) };
    steps.holds("every order and what happened to it read as they did", read, written);
    await countsRight(store, steps);
    await remindsOnce(trade, steps);
    await writesOver(trade, steps);
    await newer.end("SIGINT");
  } finally {
    older.remove();
    newer?.remove();
  }
}

/** What happened to some orders, as the shop reads it. */
async function historyOf(store: Store, orders: readonly { externalId: string }[]) {
  const read = orders.map(({ externalId }) => store.ask(`/v1/orders/ext:${encodeURIComponent(externalId)}/history`));
  return (await Promise.all(read)).map(({ status, text, body }) => (status === 200 ? body.items : `${status} ${text}`));
}

/** The files of a commit, with the packages of this working copy; says which commit it is. */
function checkOut(from: string, root: string): string {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: ROOT, maxBuffer: 2 ** 28 });
  mkdirSync(join(root, "node_modules"), { recursive: true });
  execFileSync("tar", ["-x", "-C", root], { input: git("archive", from) });
  const packages = join(ROOT, "node_modules");
  // Not the cache: two releases would take each other's bundles away.
  for (const name of readdirSync(packages).filter((entry) => entry !== ".cache"))
    if (!existsSync(join(root, "node_modules", name)))
      symlinkSync(join(packages, name), join(root, "node_modules", name));
  return git("log", "-1", "--format=%h %s", from).toString().trim();
}

/** A release may bring new metrics, which its first night fills: after that all is proved and nothing is lost. */
async function countsRight(store: Store, steps: Steps): Promise<void> {
  const place = await localPlace(store.kolo.url);
  steps.holds("metrics are rebuilt", await rebuildMetrics(place, quiet), true);
  const { orders, metrics } = await seen(store);
  const sum = (amounts: { amountMinor: number }[]) =>
    (amounts.reduce((total, { amountMinor }) => total + amountMinor, 0) / 100).toFixed(2);
  const { orders: count, revenue, paid_revenue } = metrics;
  const expected = {
    count: String(orders.length),
    revenue: sum(orders.map(({ total }) => total)),
    paid_revenue: sum(orders.map(({ paid }) => paid)),
  };
  steps.holds("metrics are what the orders come to", { count, revenue, paid_revenue }, expected);
}

/** What waited under the older release goes on under this one. */
async function remindsOnce({ store, buyers }: Trade, steps: Steps): Promise<void> {
  await store.kolo.advance(26 * HOUR);
  const orders = await store.orders();
  const sent = (await store.kolo.outbox()).map(({ to }) => to);
  const is = orders.map(({ externalId }) => [
    externalId,
    sent.filter((to) => to === buyers.get(externalId)?.toLowerCase()).length,
  ]);
  const expected = orders.map(({ externalId, paymentStatus }) => [externalId, paymentStatus === "paid" ? 1 : 2]);
  steps.holds("each order is confirmed once, and those not paid are reminded once", is, expected);
}

/** Old orders take new facts, and new ones come. */
async function writesOver(trade: Trade, steps: Steps): Promise<void> {
  const { store } = trade;
  const unpaid = (await store.orders()).find(({ paymentStatus }) => paymentStatus === "unpaid");
  const { status, body } = await store.pays(unpaid, unpaid.total);
  steps.holds("an old order can be paid", [status, body?.paymentStatus], [201, "paid"]);
  await trade.again(0);
  await trade.day();
  await store.kolo.settle();
  steps.holds("what is said again is no second order", (await store.orders()).length, 27);
  await countsRight(store, steps);
  const { differing, suspects } = await audit(store.kolo.url);
  steps.holds("every metric is the sum of its ledgers, every ledger what its source contributes", differing, suspects);
  steps.holds(
    "a reconciliation finds nothing",
    isClean(await reconcile(await localPlace(store.kolo.url), quiet)),
    true,
  );
}
