import type {
  DescribeRuleRequest,
  ListRulesRequest,
  ListTargetsByRuleRequest,
  PutEventsRequest,
  PutEventsRequestEntry,
  PutRuleRequest,
  PutTargetsRequest,
  RemoveTargetsRequest,
} from "@aws-sdk/client-eventbridge";
import { messageOf } from "../errors.ts";
import { compilePattern } from "../pattern.ts";
import type { Permission, ServiceFactory, Topology } from "../ports.ts";
import { AwsError, required } from "./errors.ts";
import { Buses, type Draft, entryBytes } from "./events-bus.ts";
import { busName, type Rule, Rules, type Target } from "./events-rules.ts";
import { allow, passRole } from "./permissions.ts";
import { awsService, type Counters, type Operations } from "./protocol.ts";
import { jsonCodec } from "./protocol-json.ts";

const ENTRIES_MAX = 10;
const REQUEST_MAX_BYTES = 1_048_576;
const TARGETS_MAX = 5;

/** Amazon EventBridge: buses, rules with patterns and schedules, targets with retries and dead letters. */
export const events: ServiceFactory = (cloud) => {
  const counters: Counters = {};
  const rules = new Rules(cloud);
  const buses = new Buses(cloud, rules, counters);
  const operations = {
    ...puttingEvents(cloud.topology, buses),
    ...ruleWriters(rules, buses),
    ...ruleReaders(rules),
  };
  return {
    ...awsService({ names: ["events"], codec: jsonCodec("1.1"), operations, counters, log: cloud.log }),
    accepts: (arn) => arn.includes(":event-bus/") && buses.has(busName(arn)),
    async deliver(arn, payload) {
      buses.put(busName(arn), delivered(payload));
    },
    views: {
      events: () => buses.last(),
      rules: () => rules.all().map(describe),
      stats: () => counters,
    },
  };
};

/** What another service (or another bus) brings to a bus: an event, or the parts of one. */
function delivered(payload: unknown): Draft {
  const { source, detail, resources, ...rest } = payload as Record<string, unknown>;
  return {
    source: String(source),
    detailType: String(rest["detail-type"]),
    detail: JSON.stringify(detail ?? {}),
    resources: (resources ?? []) as string[],
  };
}

function puttingEvents(topology: Topology, buses: Buses): Operations {
  const busArn = (name: string) => `arn:aws:events:${topology.region}:${topology.account}:event-bus/${name}`;
  return {
    PutEvents: {
      needs({ Entries = [] }: PutEventsRequest): Permission[] {
        const names = new Set(Entries.map(({ EventBusName }) => busName(EventBusName)));
        return [...names].flatMap((name) => allow("events:PutEvents", busArn(name)));
      },
      run({ Entries = [] }: PutEventsRequest) {
        checkRequest(Entries);
        const results = Entries.map((entry) => {
          const bus = busName(entry.EventBusName);
          const error = entryError(entry, buses.has(bus));
          return error ?? { EventId: buses.put(bus, readEntry(entry)) };
        });
        return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
      },
    },
  };
}

function checkRequest(entries: PutEventsRequestEntry[]): void {
  if (entries.length === 0 || entries.length > ENTRIES_MAX)
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: 'entries' must have 1 to ${ENTRIES_MAX} members`,
    );
  if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) > REQUEST_MAX_BYTES)
    throw new AwsError("ValidationException", "Total size of the entries in the request is over the limit.");
}

type EntryError = { ErrorCode: string; ErrorMessage: string };

function entryError({ Source, DetailType, Detail }: PutEventsRequestEntry, busKnown: boolean): EntryError | undefined {
  const missing = !Source ? "Source" : !DetailType ? "DetailType" : !Detail ? "Detail" : undefined;
  if (missing)
    return {
      ErrorCode: "InvalidArgument",
      ErrorMessage: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
    };
  if (Source?.startsWith("aws."))
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  if (!busKnown) return { ErrorCode: "ResourceNotFoundException", ErrorMessage: "The event bus does not exist." };
  return isObject(Detail ?? "") ? undefined : { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function readEntry({ Source = "", DetailType = "", Detail = "{}", Resources, Time }: PutEventsRequestEntry): Draft {
  return {
    source: Source,
    detailType: DetailType,
    detail: Detail,
    ...(Resources && { resources: Resources }),
    // On the wire an instant is a number of seconds.
    ...(Time !== undefined && { at: Number(Time) * 1000 }),
  };
}

type Named = { Name?: string | undefined; Rule?: string | undefined; EventBusName?: string | undefined };

function ruleWriters(rules: Rules, buses: Buses): Operations {
  const arnOf = ({ Name, Rule, EventBusName }: Named) =>
    rules.arnOf(busName(EventBusName), required(Name ?? Rule, "Name"));
  const on = (action: string) => (input: Named) => allow(`events:${action}`, arnOf(input));
  return {
    PutRule: {
      needs: (input: PutRuleRequest) => [
        ...allow("events:PutRule", arnOf(input)),
        ...passRole(input.RoleArn, "events.amazonaws.com"),
      ],
      run: (input: PutRuleRequest) => ({ RuleArn: putRule(rules, buses, input) }),
    },
    PutTargets: {
      needs: (input: PutTargetsRequest) => [
        ...allow("events:PutTargets", arnOf(input), {
          "events:TargetArn": (input.Targets ?? []).map(({ Arn }) => Arn ?? ""),
        }),
        ...(input.Targets ?? []).flatMap(({ RoleArn }) => passRole(RoleArn, "events.amazonaws.com")),
      ],
      run(input: PutTargetsRequest) {
        const arn = arnOf(input);
        const targets = (input.Targets ?? []) as Target[];
        const ids = new Set([...rules.get(arn).targets, ...targets].map(({ Id }) => Id));
        if (ids.size > TARGETS_MAX)
          throw new AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
        rules.putTargets(arn, targets);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    },
    RemoveTargets: {
      needs: on("RemoveTargets"),
      run(input: RemoveTargetsRequest) {
        rules.removeTargets(arnOf(input), input.Ids ?? []);
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    },
    DeleteRule: { needs: on("DeleteRule"), run: (input: Named) => rules.remove(arnOf(input)) },
    DisableRule: { needs: on("DisableRule"), run: (input: Named) => rules.enable(arnOf(input), false) },
    EnableRule: { needs: on("EnableRule"), run: (input: Named) => rules.enable(arnOf(input), true) },
  };
}

function putRule(rules: Rules, buses: Buses, input: PutRuleRequest): string {
  const bus = busName(input.EventBusName);
  if (!buses.has(bus)) throw new AwsError("ResourceNotFoundException", `Event bus ${bus} does not exist.`);
  if (!input.EventPattern && !input.ScheduleExpression)
    throw new AwsError("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.");
  if (input.EventPattern) checkPattern(input.EventPattern);
  return rules.put({
    bus,
    name: input.Name ?? "",
    pattern: input.EventPattern,
    schedule: input.ScheduleExpression || undefined,
    state: input.State ?? "ENABLED",
    description: input.Description,
    roleArn: input.RoleArn,
  });
}

function checkPattern(pattern: string): void {
  try {
    compilePattern(pattern);
  } catch (cause) {
    throw new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${messageOf(cause)}`);
  }
}

function ruleReaders(rules: Rules): Operations {
  const arnOf = ({ Name, Rule, EventBusName }: Named) =>
    rules.arnOf(busName(EventBusName), required(Name ?? Rule, "Name"));
  return {
    DescribeRule: {
      needs: (input: DescribeRuleRequest) => allow("events:DescribeRule", arnOf(input)),
      run: (input: DescribeRuleRequest) => describe(rules.get(arnOf(input))),
    },
    ListRules: {
      needs: () => allow("events:ListRules", "*"),
      run: ({ EventBusName, NamePrefix = "" }: ListRulesRequest) => ({
        Rules: rules
          .ofBus(busName(EventBusName))
          .flatMap((rule) => (rule.name.startsWith(NamePrefix) ? [describe(rule)] : [])),
      }),
    },
    ListTargetsByRule: {
      needs: (input: ListTargetsByRuleRequest) => allow("events:ListTargetsByRule", arnOf(input)),
      run: (input: ListTargetsByRuleRequest) => ({ Targets: rules.get(arnOf(input)).targets }),
    },
  };
}

function describe(rule: Rule): Record<string, unknown> {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: rule.bus,
    State: rule.enabled ? "ENABLED" : "DISABLED",
    EventPattern: rule.pattern,
    ScheduleExpression: rule.schedule,
    Description: rule.description,
    RoleArn: rule.roleArn,
  };
}
