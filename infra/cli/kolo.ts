import { parseArgs } from "node:util";
import { awsPlace } from "./operator/aws-place.ts";
import { redriveQueues } from "./operator/dead-letters.ts";
import { doctor } from "./operator/doctor.ts";
import { republish } from "./operator/failed-records.ts";
import { localPlace } from "./operator/local-place.ts";
import { OperatorProblem, type Place } from "./operator/place.ts";
import { isClean, rebuildMetrics, reconcile, sentenceOf } from "./operator/reconcile.ts";
import { replay } from "./operator/replay.ts";
import { counted, type Screen, type Stop, stopOnInterrupt, terminal } from "./operator/work.ts";

const USAGE = `npm run kolo -- <command> --stage prod
npm run kolo -- <command> --local http://127.0.0.1:4000

  doctor            says what is wrong or still missing; exit code 1 when something is
  redrive           moves dead letters back [--queue send-message] and publishes events that were given up
  replay            reads quarantined deliveries again [--reason R] [--provider P] [--store S] [--max 1000]
  reconcile         proves every metric and puts right what differs
  rebuild-metrics   reconciles until a whole run finds nothing

Every command may be ended with Ctrl-C and given again: it goes on, and a second time changes nothing.`;

const OPTIONS = {
  stage: { type: "string" },
  local: { type: "string" },
  queue: { type: "string" },
  reason: { type: "string" },
  provider: { type: "string" },
  store: { type: "string" },
  max: { type: "string", default: "1000" },
  help: { type: "boolean", default: false },
} as const;

type Options = ReturnType<typeof parse>["values"];
interface Work {
  place: Place;
  options: Options;
  screen: Screen;
  stop: Stop;
}

/** True = all is well: the exit code is 0. */
const commands: Record<string, (work: Work) => Promise<boolean>> = {
  doctor: ({ place, screen }) => doctor(place, screen),
  async redrive({ place, options: { queue }, ...work }) {
    const moved = await redriveQueues(place, { queue, ...work });
    const published = queue === undefined ? await republish(place, work) : 0;
    const batches = queue === undefined ? `, ${counted(published, "batch", "batches")} of events published` : "";
    work.screen.say(`${counted(moved, "dead letter")} moved back${batches}.`);
    return !work.stop.asked;
  },
  async replay({ place, options, ...work }) {
    const { reason, provider, store: storeId } = options;
    const { replayed, left } = await replay(place, { reason, provider, storeId, max: numberOf(options.max) }, work);
    work.screen.say(`${counted(replayed, "delivery", "deliveries")} replayed, ${left} stayed.`);
    return left === 0 && !work.stop.asked;
  },
  async reconcile({ place, ...work }) {
    const ended = await reconcile(place, work);
    work.screen.say(sentenceOf(ended));
    return isClean(ended);
  },
  async "rebuild-metrics"({ place, ...work }) {
    const isDone = await rebuildMetrics(place, work);
    if (isDone) work.screen.say("Every metric is what its sources contribute.");
    return isDone;
  },
};

/** `npm run kolo -- <command>`: what an operator does to a deployed or local Kolo. */
export async function kolo(args: string[], screen: Screen, stop: Stop): Promise<number> {
  try {
    const { values: options, positionals } = parse(args);
    const [name = "", ...rest] = positionals;
    const command = commands[name];
    const isAsked = options.help || name === "help";
    if (isAsked || command === undefined || rest.length > 0) {
      screen.say(USAGE);
      return isAsked ? 0 : 1;
    }
    return (await command({ place: await placeOf(options), options, screen, stop })) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof OperatorProblem)) throw error;
    screen.say(error.message);
    return 1;
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new OperatorProblem(`${(cause as Error).message}\n\n${USAGE}`, { cause });
  }
}

function placeOf({ stage, local }: Options): Promise<Place> {
  if (local !== undefined && stage === undefined) return localPlace(local);
  if (stage !== undefined && local === undefined) return awsPlace(stage);
  throw new OperatorProblem("Say where: --stage prod for a deployment, or --local http://127.0.0.1:4000.");
}

function numberOf(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new OperatorProblem(`--max is "${text}": it must be a whole number above 0.`);
}

if (import.meta.main) process.exitCode = await kolo(process.argv.slice(2), terminal, stopOnInterrupt());
