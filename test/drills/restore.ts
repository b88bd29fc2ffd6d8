import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { overdueWaits } from "../../infra/cli/operator/checks/waiting.ts";
import { localPlace } from "../../infra/cli/operator/local-place.ts";
import { reconcile, sentenceOf } from "../../infra/cli/operator/reconcile.ts";
import { synthesize } from "../../infra/cli/synth.ts";
import { type Cloud, startCloud } from "../../infra/local/cloud.ts";
import { localSettings } from "../../infra/settings.ts";
import type { Deployment } from "../flows/support/deployment.ts";
import { localDeployment } from "../flows/support/local-deployment.ts";
import { mailsTo } from "../flows/support/store.ts";
import { audit } from "../support/audit.ts";
import { reapplyErasures } from "./erasures.ts";
import type { Steps } from "./steps.ts";
import { seen, Trade } from "./trade.ts";

const HOUR = 3_600;
/** The clock begins at noon in Kyiv, so that nothing falls into quiet hours. */
const START_AT = Date.parse("2026-11-20T10:00:00Z");

/** Where a drill's data is, and how its cloud is reached at one address through all its starts. */
class Site {
  readonly #folder: string;
  #cloud: Cloud | undefined;
  #port = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts the cloud of this working copy; `lostAt` as the settings of the deployment say it. */
  async start(lostAt?: string): Promise<Deployment> {
    const assembly = join(this.#folder, lostAt ? "restored.out" : "cdk.out");
    synthesize({ outDir: assembly, settings: localSettings({ ...(lostAt && { lostAt }) }) });
    this.#cloud = await startCloud({ assembly, dataDir: this.#data(), port: this.#port, startAt: START_AT });
    this.#port = Number(new URL(this.#cloud.url).port);
    return localDeployment(this.#cloud.url);
  }

  async stop(): Promise<void> {
    await this.#cloud?.stop();
    this.#cloud = undefined;
  }

  /** Copies the table as it is now. DynamoDB Local has no point-in-time recovery: this stands in for it. */
  keepMoment(): void {
    cpSync(this.#data("dynamodb"), join(this.#folder, "moment"), { recursive: true });
    cpSync(this.#data("cloud.db"), join(this.#folder, "moment.db"));
  }

  /** The table is gone; queues, schedules, the bucket and what was mailed stay, as they would in AWS. */
  loseTable(): void {
    rmSync(this.#data("dynamodb"), { recursive: true });
  }

  /**
   * Brings the table back as it was. A restored table's stream is new and begins empty, so its readers are set to where
   * they stood at that moment: they had read everything.
   */
  restoreTable(): void {
    cpSync(join(this.#folder, "moment"), this.#data("dynamodb"), { recursive: true });
    const now = new DatabaseSync(this.#data("cloud.db"));
    now.exec(`ATTACH '${join(this.#folder, "moment.db")}' AS moment;
      DELETE FROM stream_position; INSERT INTO stream_position SELECT * FROM moment.stream_position;`);
    now.close();
  }

  #data(...path: string[]): string {
    return join(this.#folder, "data", ...path);
  }
}

/** The table is lost and restored to an earlier moment: what it forgot is said again, nobody is written to twice. */
export async function restoreDrill(folder: string, steps: Steps): Promise<void> {
  const site = new Site(folder);
  try {
    steps.say("A shop trades for a day; then comes the moment that the table will be restored to.");
    const trade = await Trade.open(await site.start());
    const { store } = trade;
    const { kolo } = store;
    await trade.day();
    await kolo.settle();
    const known = { said: trade.said, waiting: await waiting(kolo), mails: (await kolo.outbox()).length };
    steps.say(`  ${known.said} things were said, ${known.mails} mails sent, ${known.waiting} wake-ups are planned.`);
    await site.stop();
    site.keepMoment();

    steps.say("It trades for another day; reminders go out, mismatches are told to finance.");
    await site.start();
    await kolo.advance(25 * HOUR);
    await trade.day();
    await kolo.advance(HOUR);
    const before = { seen: await seen(store), mails: await kolo.outbox(), alerts: await kolo.alerts() };
    const lostAt = (await kolo.now()).toISOString();
    await site.stop();

    steps.say(`The table is lost at ${lostAt} and restored; the release says when it was lost.`);
    site.loseTable();
    site.restoreTable();
    await site.start(lostAt);
    steps.say(`  It forgot ${before.seen.orders.length - (await store.orders()).length} orders.`);
    steps.say(`  ${reapplyErasures()}`);
    await wakeUp(kolo, steps);
    await sayAgain(trade, known.said, before, steps);
    await provesItself(kolo, steps);
    await goesOn(trade, steps);
  } finally {
    await site.stop();
  }
}

interface Before {
  seen: Awaited<ReturnType<typeof seen>>;
  mails: { to: string }[];
  alerts: unknown[];
}

const waiting = async ({ url }: Deployment): Promise<number> => {
  const { items } = (await (await fetch(`${url}/_local/schedules`)).json()) as { items: { group: string }[] };
  return items.filter(({ group }) => group.endsWith("one-shots")).length;
};

/** Waits that were over while the table was another: their schedules have fired and are no more. */
async function wakeUp(kolo: Deployment, steps: Steps): Promise<void> {
  const place = await localPlace(kolo.url);
  const says = async () => (await overdueWaits.look(place)).map((finding) => finding.says).join();
  steps.say(`  At first: ${await says()}`);
  await kolo.advance(HOUR);
  steps.holds("the sweep woke every wait that was over", await says(), "Waits: none is overdue.");
}

async function sayAgain(trade: Trade, from: number, before: Before, steps: Steps): Promise<void> {
  const { store } = trade;
  const { kolo } = store;
  steps.say("Shop and providers say again what the table forgot, and two days pass.");
  await trade.again(from);
  await kolo.advance(48 * HOUR);
  steps.holds("orders, metrics and open mismatches are what they were", await seen(store), before.seen);
  const to = (mails: { to: string }[]) => mails.map((mail) => mail.to).sort();
  steps.holds("nobody was written to again", to(await kolo.outbox()), to(before.mails));
  const alerts = (await kolo.alerts()).length - before.alerts.length;
  steps.say(`  Finance was told again of ${alerts} mismatches that the table had forgotten, under the ids they had.`);
}

async function provesItself(kolo: Deployment, steps: Steps): Promise<void> {
  const { differing, suspects } = await audit(kolo.url);
  steps.holds("every metric is the sum of its ledgers", differing, []);
  steps.holds("every ledger is what its source contributes", suspects, []);
  const screen = { say() {}, bar: () => ({ to() {}, end() {} }) };
  const ended = await reconcile(await localPlace(kolo.url), { stop: { asked: false }, screen });
  steps.say(`  npm run kolo -- reconcile: ${sentenceOf(ended)}`);
}

async function goesOn({ store }: Trade, steps: Steps): Promise<void> {
  const { customer } = await store.places();
  await store.kolo.settle();
  steps.holds("a new order is confirmed, once", (await mailsTo(store.kolo, customer.email)).length, 1);
}
