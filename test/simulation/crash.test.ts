import { beforeAll, describe, expect, it } from "vitest";
import { viewOf } from "../../domain/order/view.ts";
import { placedItem } from "../../functions/table/order-reader.ts";
import type { Item } from "../../functions/table/table.ts";
import { consumers, routes, schedules, streams, tasks } from "../../infra/wiring.ts";
import type { Use } from "../../infra/wiring-types.ts";
import { metricsOf } from "../support/sums.ts";
import { changingLines } from "./call-sites.ts";
import { broken } from "./checks.ts";
import { underTimers } from "./loop.ts";
import type { Crash, Invocation } from "./process.ts";
import { Stage, type WritePath, writePaths } from "./write-paths.ts";

type Kind<U extends Use> = U extends `${infer Noun extends "wake" | "cancel" | "secret" | "setting"}:${string}`
  ? Noun
  : U;

/** The call sites that a use of the wiring gives a function. */
const SITES: Readonly<Record<Kind<Use>, readonly string[]>> = {
  "table:read": ["table.read"],
  "table:write": ["table.read", "table.write"],
  "table:scan": ["table.scan"],
  "bucket:read": ["bucket.get"],
  "bucket:write": ["bucket.put"],
  bus: ["bus.put"],
  mail: ["mail.send"],
  alerts: ["alerts.publish"],
  "journeys:start": ["journeys.start"],
  "journeys:wake": ["scheduler.schedule"],
  "journeys:cancel": ["scheduler.cancel"],
  wake: ["scheduler.schedule"],
  cancel: ["scheduler.cancel"],
  // Secrets are only read, and settings are there already.
  secret: [],
  setting: [],
};

const kindOf = (use: Use) => (use in SITES ? use : use.slice(0, use.indexOf(":"))) as Kind<Use>;
const sitesOf = (use: Use) => SITES[kindOf(use)];
const TABLE_READS = ["table.get", "table.getMany", "table.query"];
const READS = [...TABLE_READS, "table.read", "table.scan", "bucket.get"];

/** Every function that writes, with every outside call that the wiring lets it make. */
const registered = [
  ...routes.filter(({ on }) => !on.startsWith("GET ")).map(({ on, uses }) => ({ does: on, uses })),
  ...[...consumers, ...schedules, ...tasks, ...streams].map(({ name, uses }) => ({ does: name, uses })),
].flatMap(({ does, uses }) => uses.flatMap(sitesOf).map((site) => `${does}: ${site}`));

const reached = new Set<string>();
const changes = Object.values(SITES)
  .flat()
  .filter((site) => !READS.includes(site))
  .map((site) => site.slice(site.indexOf(".") + 1));
const changing = changingLines(changes);
/** The lines of the code whose changes were crashed. */
const tried = new Set<string>();
/** Frames of a stack: from the call of a port up to the handler. */
const FRAMES_MAX = 60;
/** The reports of mail providers have come. */
const REPORTS_MS = 30 * 60_000;

/** Plays a story, with at most one thing that goes wrong; what it comes to, whatever ids it is stored under. */
async function told(path: WritePath, planned?: { nth: number; crash: Crash }) {
  const stage = new Stage(planned === undefined);
  const restore = underTimers(stage.cloud.loop);
  try {
    await path.before(stage);
    await stage.rest();
    const { lambdas } = stage.cloud;
    const from = lambdas.invocations.length;
    lambdas.planned = planned;
    await path.act(stage);
    await stage.pass(REPORTS_MS);
    return { summary: summaryOf(stage), invocations: lambdas.invocations.slice(from), problems: broken(stage.cloud) };
  } finally {
    restore();
  }
}

/** A key is what its item says; it has no history. */
const KEPT = { status: "kept" };

function summaryOf({ cloud }: Stage): string[] {
  const items = cloud.table.memory.items();
  const states = items
    .filter(({ sk }) => sk === "state")
    .flatMap((item) => describeItem(item, (item.state ?? KEPT) as never));
  const alerts = new Set(cloud.topic.told.map(({ attributes }) => `alert ${attributes.kind}`));
  const metrics = Object.entries(metricsOf(items)).flatMap(([key, sums]) =>
    Object.entries(sums).map(([name, sum]) => `${key.replace(/sto_\d+/, "store")} ${name} ${sum}`),
  );
  return [...states, ...alerts, ...metrics].sort();
}

function describeItem(item: Item, state: Record<string, unknown> & { status: string }): string | string[] {
  const noun = item.pk.slice(0, item.pk.indexOf("#"));
  const order = noun === "order" ? placedItem(item) : undefined;
  if (order) {
    const { stage, paymentStatus, paidMinor, refundedMinor } = viewOf(order.state);
    return `order ${stage} ${paymentStatus} ${paidMinor} ${refundedMinor}`;
  }
  if (noun === "message") {
    const { template, delivery } = state.request as { template: string; delivery: string };
    // Nobody knows whether it left, and for some classes twice is worse than never.
    const isOver = state.status === "unknown" && delivery === "at_most_once";
    return `message ${template} ${isOver ? "sent" : state.status}`;
  }
  // Who paid before the entry was let in never entered: both come to the same.
  if (noun === "enrollment" && state.reason !== "reminded") return [];
  // So with what was kept because of a crash, and used later.
  if (noun === "quarantine" && state.status === "replayed" && state.reason === "fault") return [];
  // So with money that came right before anybody looked.
  if (noun === "mismatch" && state.status === "closed" && state.openedAt === undefined) return [];
  return [noun, state.status, state.kind, state.reason, state.booking, state.orderId ? "of an order" : ""].join(" ");
}

/** What was tried already, in whichever story: the same calls from the same lines are the same place. */
const seen = new Set<string>();

/** Each call of each kind of invocation once, with all that may happen around it. */
function plansOf(invocations: readonly Invocation[]): { name: string; nth: number; crash: Crash }[] {
  return invocations.flatMap(({ does, sites, lines }, nth) =>
    sites.flatMap((site, call) => {
      // Whose caller does not wait for it itself is on the stack of its first call only.
      const before = new Set(lines.slice(0, call + 1).flat());
      const from = changing.filter((line) => before.has(line));
      const key = [does, call, ...sites.slice(0, call + 1), ...from].join(" ");
      if (seen.has(key)) return [];
      seen.add(key);
      if (!READS.includes(site)) for (const line of from) tried.add(line);
      const kinds = ["before", "after", "unanswered"] as const;
      return kinds.map((when) => ({ name: `${does}, call ${call} (${site}), ${when}`, nth, crash: { call, when } }));
    }),
  );
}

beforeAll(() => {
  Error.stackTraceLimit = FRAMES_MAX;
});

describe("a crash at any outside call", () => {
  it.each(writePaths)("changes nothing of $name", async (path) => {
    const calm = await told(path);
    expect(calm.problems, "without a crash").toEqual([]);
    for (const { does, sites } of calm.invocations) {
      for (const site of sites) reached.add(`${does}: ${TABLE_READS.includes(site) ? "table.read" : site}`);
    }
    const wrong: Record<string, unknown> = {};
    for (const { name, ...planned } of plansOf(calm.invocations)) {
      const { summary, problems } = await told(path, planned);
      if (problems.length > 0) wrong[name] = problems;
      else if (summary.join("\n") !== calm.summary.join("\n")) {
        const lost = calm.summary.filter((line) => !summary.includes(line));
        wrong[name] = { lost, added: summary.filter((line) => !calm.summary.includes(line)) };
      }
    }
    expect(wrong).toEqual({});
  });

  it("was tried at every call that the wiring lets a writing function make", () => {
    expect(registered.filter((site) => !reached.has(site))).toEqual([]);
  });

  it("was tried wherever the code changes something outside", () => {
    expect(changing.length).toBeGreaterThan(40);
    expect(changing.filter((line) => !tried.has(line))).toEqual([]);
  });
});
