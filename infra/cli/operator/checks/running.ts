import { CloudWatchClient, GetMetricStatisticsCommand, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { GetAccountSettingsCommand, GetEventSourceMappingCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { type Check, type Finding, missing, ok, unseen, wrong } from "../finding.ts";
import { allOf, kebab, type Place } from "../place.ts";
import { counted } from "../work.ts";

/** Requests, each consumer's two batches, the readers and the ticks: below this they wait for each other. */
const CONCURRENCY_MIN = 100;
/** A reader this far behind is stuck, not slow. */
const BEHIND_MS_MAX = 5 * 60_000;
const MINUTE_MS = 60_000;
const AGE_MINUTES = 15;
const HEALTH_MS_MAX = 10_000;

/** Whether the API answers at all. */
export const api: Check = {
  name: "api",
  async look({ url }) {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(HEALTH_MS_MAX) }).catch(() => undefined);
    if (answer?.ok) return [ok("API: it answers.")];
    return [wrong("api-fails.md", `The API at ${url} ${answer ? `answers ${answer.status}` : "does not answer"}.`)];
  },
};

/** Whether functions may run when there is something to do. */
export const concurrency: Check = {
  name: "concurrency",
  async look(place) {
    if (place.isLocal) return [unseen("Concurrency: the local cloud's limit is this machine.")];
    const lambda = new LambdaClient(place.access);
    const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
    const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions: free = 0 } = AccountLimit ?? {};
    if (ConcurrentExecutions < CONCURRENCY_MIN)
      return [
        missing(
          "concurrency.md",
          `Only ${ConcurrentExecutions} functions may run at once in this account: ask for more.`,
        ),
      ];
    if (free < CONCURRENCY_MIN)
      return [wrong("concurrency.md", `Reserved concurrency leaves only ${free} runs at once to all other functions.`)];
    return [ok(`Concurrency: ${free} functions may run at once.`)];
  },
};

/** Whether the stream's readers and the consumers are switched on, and how far the readers are behind. */
export const sources: Check = {
  name: "sources",
  look: (place) => (place.isLocal ? localSources(place) : awsSources(place)),
};

/** Without the API of Lambda: the local cloud says itself what rests and what is in flight. */
async function localSources({ url }: Place): Promise<Finding[]> {
  const [faults, inflight] = await Promise.all(
    ["faults", "inflight"].map(async (path) => (await fetch(`${url}/_local/${path}`)).json()),
  );
  const { paused } = faults as { paused: boolean };
  if (paused) return [wrong("publisher-behind.md", "Queues and streams rest: POST /_local/faults paused them.")];
  const behind = Object.entries(inflight as Record<string, number>).filter(([name]) => name.startsWith("stream"));
  const waiting = behind.reduce((sum, [, count]) => sum + count, 0);
  return [ok(`Sources: all are on, ${counted(waiting, "change")} of the table on the way.`)];
}

async function awsSources(place: Place): Promise<Finding[]> {
  const lambda = new LambdaClient(place.access);
  const mappings = allOf(place, "AWS::Lambda::EventSourceMapping");
  const looked = mappings.map(async ({ id, logicalId }): Promise<Finding[]> => {
    const name = nameOf(logicalId);
    const { State = "" } = await lambda.send(new GetEventSourceMappingCommand({ UUID: id }));
    if (/^(Enabled|Enabling|Updating)$/.test(State)) return [];
    return [wrong(pageOf(name), `Nothing is handed to ${name}: its event source mapping is ${State}.`)];
  });
  const off = (await Promise.all(looked)).flat();
  const behind = await Promise.all(["publisher", "projector"].map((name) => readerBehind(place, name)));
  return [...(off.length > 0 ? off : [ok(`Sources: all ${mappings.length} are on.`)]), ...behind];
}

const nameOf = (logicalId: string) => kebab(logicalId.slice(0, logicalId.indexOf("Source")));
const pageOf = (name: string) => (/^(publisher|projector)$/.test(name) ? `${name}-behind.md` : "dead-letters.md");

async function readerBehind(place: Place, name: string): Promise<Finding> {
  const [reader] = allOf(place, "AWS::Lambda::Function").filter(({ logicalId }) =>
    logicalId.toLowerCase().startsWith(`${name}reader`),
  );
  const now = Date.now();
  const cloudwatch = new CloudWatchClient(place.access);
  const { Datapoints = [] } = await cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/Lambda",
      MetricName: "IteratorAge",
      Dimensions: [{ Name: "FunctionName", Value: reader?.id ?? "" }],
      Statistics: ["Maximum"],
      Period: 60,
      StartTime: new Date(now - AGE_MINUTES * MINUTE_MS),
      EndTime: new Date(now),
    }),
  );
  const [newest] = Datapoints.sort((one, other) => Number(other.Timestamp) - Number(one.Timestamp));
  const age = newest?.Maximum ?? 0;
  if (age <= BEHIND_MS_MAX) return ok(`Sources: ${name} is ${Math.round(age / 1_000)} s behind the table's stream.`);
  const minutes = Math.round(age / MINUTE_MS);
  const what = name === "publisher" ? "events wait unpublished" : "metrics are old";
  return wrong(`${name}-behind.md`, `The ${name} is ${minutes} minutes behind the table's stream: ${what}.`);
}

/** Which alarms are in alarm now. */
export const alarms: Check = {
  name: "alarms",
  async look(place) {
    if (place.isLocal) return [unseen("Alarms: the local cloud has none.")];
    const client = new CloudWatchClient(place.access);
    const AlarmNamePrefix = `kolo-${place.stage}-operations-`;
    const firing: string[] = [];
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms(
      { client },
      { AlarmNamePrefix, StateValue: "ALARM" },
    ))
      firing.push(...MetricAlarms.map(({ AlarmName = "" }) => AlarmName.slice(AlarmNamePrefix.length)));
    const found = firing.map((name) => {
      const alarm = name.replace(/-[^-]*$/, "").replace(/[0-9A-F]{8}$/, "");
      const page = alarm.endsWith("DeadLetters") ? "dead-letters.md" : `${kebab(alarm)}.md`;
      return wrong(page, `The alarm ${alarm} is going off.`);
    });
    return found.length > 0 ? found : [ok("Alarms: none is going off.")];
  },
};
