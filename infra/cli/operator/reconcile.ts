import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  type ListExecutionsCommandInput,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { oneOf, type Place } from "./place.ts";
import { counted, type Screen, type Stop } from "./work.ts";

/** What a reconciliation counted; `functions/tasks/reconcile-metrics.ts` says what each is. */
export interface Counts {
  passes: number;
  agreeing: number;
  differing: number;
  repaired: number;
  lost: number;
  undecided: number;
}

/** A reconciliation as its machine knows it. */
export interface Reconciliation {
  arn: string;
  status: string;
  startedAt: Date;
  endedAt?: Date | undefined;
  /** Of one that succeeded. */
  counts?: Counts | undefined;
}

const LOOK_MS = 1_000;
/** Without an earlier one nobody knows how long it takes. */
const SECONDS_GUESSED = 30;
/** One to put right, one to prove it, one for what kept changing meanwhile. */
const REBUILD_RUNS_MAX = 3;

const machineOf = (place: Place) => oneOf(place, "AWS::StepFunctions::StateMachine", "ReconcileMetrics").id;

/** The newest reconciliation, or the newest of a status. */
export async function lastReconciliation(
  place: Place,
  sfn: SFNClient,
  statusFilter?: ListExecutionsCommandInput["statusFilter"],
): Promise<Reconciliation | undefined> {
  const input = { stateMachineArn: machineOf(place), maxResults: 1, ...(statusFilter && { statusFilter }) };
  const { executions: [newest] = [] } = await sfn.send(new ListExecutionsCommand(input));
  return newest?.executionArn === undefined ? undefined : look(sfn, newest.executionArn);
}

async function look(sfn: SFNClient, arn: string): Promise<Reconciliation> {
  const {
    status = "",
    startDate,
    stopDate,
    output,
  } = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
  const { answer } = JSON.parse(output ?? "{}") as { answer?: { counts?: Counts } };
  return { arn, status, startedAt: startDate ?? new Date(0), endedAt: stopDate, counts: answer?.counts };
}

/**
 * Starts a reconciliation, or goes along with the one that is under way, and follows it to its end. It goes on in AWS
 * when nobody follows it any more: the same command joins it again.
 */
export async function reconcile(
  place: Place,
  { stop, screen }: { stop: Stop; screen: Screen },
): Promise<Reconciliation> {
  const sfn = new SFNClient(place.access);
  try {
    const before = await lastReconciliation(place, sfn, "SUCCEEDED");
    const running = await lastReconciliation(place, sfn, "RUNNING");
    if (running) screen.say("A reconciliation is under way: this one is followed.");
    const arn = running?.arn ?? (await start(place, sfn));
    return await follow(sfn, arn, secondsOf(before), { stop, screen });
  } finally {
    sfn.destroy();
  }
}

async function start(place: Place, sfn: SFNClient): Promise<string> {
  const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn: machineOf(place) }));
  return executionArn;
}

/** How long a reconciliation took, in seconds. */
const secondsOf = (one: Reconciliation | undefined): number =>
  one?.endedAt ? Math.max(1, Math.ceil((one.endedAt.getTime() - one.startedAt.getTime()) / 1_000)) : SECONDS_GUESSED;

async function follow(
  sfn: SFNClient,
  arn: string,
  expectedSeconds: number,
  { stop, screen }: { stop: Stop; screen: Screen },
): Promise<Reconciliation> {
  const started = performance.now();
  const bar = screen.bar("seconds, by the last one", expectedSeconds);
  try {
    for (;;) {
      const now = await look(sfn, arn);
      if (now.status !== "RUNNING" || stop.asked) return now;
      bar.to(Math.min(expectedSeconds, Math.round((performance.now() - started) / 1_000)));
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
  } finally {
    bar.end();
  }
}

/** What a reconciliation came to, in one sentence. */
export function sentenceOf({ status, counts }: Reconciliation): string {
  if (status === "RUNNING") return "It goes on by itself: the same command joins it again.";
  if (status !== "SUCCEEDED" || !counts) return `It ended as ${status}: docs/runbooks/reconcile-metrics-ends.md.`;
  const { agreeing, differing, lost, undecided } = counts;
  const found = [
    `${counted(agreeing, "metric item")} agreed with their ledgers`,
    differing === 0 ? "none differed" : `${differing} differed and were put right`,
    lost === 0
      ? "no source was lost"
      : `${counted(lost, "source")} had not been counted and ${lost === 1 ? "is" : "are"} now`,
    ...(undecided === 0 ? [] : [`${undecided} kept changing and were not judged`]),
  ];
  return `${found.join(", ")}.`;
}

/** True when a reconciliation proved every number and had nothing to put right. */
export const isClean = ({ status, counts }: Reconciliation): boolean =>
  status === "SUCCEEDED" && counts !== undefined && counts.differing + counts.lost + counts.undecided === 0;

/**
 * Fills all metrics anew from their sources: every ledger is compared with what its source contributes, every metric
 * with its ledgers, and what differs is written. It is done when a whole run finds nothing.
 */
export async function rebuildMetrics(place: Place, work: { stop: Stop; screen: Screen }): Promise<boolean> {
  for (let run = 1; run <= REBUILD_RUNS_MAX; run += 1) {
    const ended = await reconcile(place, work);
    work.screen.say(sentenceOf(ended));
    if (isClean(ended)) return true;
    if (work.stop.asked || ended.status !== "SUCCEEDED") return false;
  }
  return false;
}
