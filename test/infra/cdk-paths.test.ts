import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { synthesize } from "../../infra/cli/synth.ts";
import { LocalDelivery } from "../../infra/local/delivery.ts";
import { AccessDenied } from "../../infra/local/errors.ts";
import { Iam } from "../../infra/local/iam.ts";
import type { Actor, Resource, Topology } from "../../infra/local/ports.ts";
import { loadTopology } from "../../infra/local/topology.ts";
import { localSettings } from "../../infra/settings.ts";

const assembly = mkdtempSync(join(tmpdir(), "kolo-paths-"));
synthesize({ outDir: assembly, settings: localSettings(), bundles: false });
const whole = loadTopology(assembly, "");

/** One service of AWS that hands something to a queue. */
interface Path {
  by: Actor;
  to: string;
}

const text = (value: unknown) => String(value);
const paths: Path[] = [
  ...whole
    .all("AWS::Events::Rule")
    .flatMap(({ arn, properties }) =>
      (properties.Targets as { Arn: string; DeadLetterConfig: { Arn: string } }[]).flatMap((target) =>
        [target.Arn, target.DeadLetterConfig.Arn].map((to) => ({ by: { service: "events", sourceArn: arn }, to })),
      ),
    ),
  ...whole.all("AWS::SNS::Subscription").flatMap(({ properties: { Endpoint, Protocol, RedrivePolicy, TopicArn } }) => {
    const dead = (RedrivePolicy as { deadLetterTargetArn: string } | undefined)?.deadLetterTargetArn;
    const by = { service: "sns", sourceArn: text(TopicArn) };
    return Protocol === "sqs" ? [text(Endpoint), text(dead)].map((to) => ({ by, to })) : [];
  }),
  ...whole
    .all("AWS::SQS::Queue")
    .filter(({ logicalId }) => logicalId.startsWith("SettleMismatchInboxQueue"))
    .map(({ arn }) => ({ by: wake(), to: arn })),
];

/** The Scheduler with the one role that a one-shot schedule can carry. */
function wake(): Actor {
  const role = whole.all("AWS::IAM::Role").find(({ logicalId }) => logicalId.startsWith("OneShotsRole"));
  const group = whole.all("AWS::Scheduler::ScheduleGroup")[0];
  if (role === undefined || group === undefined) throw new Error("The templates have no one-shot schedules.");
  return { service: "scheduler", roleArn: role.arn, sourceArn: group.arn };
}

/** The paths that are refused under the policies of the templates, or of a part of them. */
async function refused(all: readonly Path[], topology: Topology = whole): Promise<Path[]> {
  const targets = () => [{ names: ["sqs"], accepts: () => true, deliver: async () => undefined }];
  const delivery = new LocalDelivery({ topology, iam: new Iam(topology, () => 0), targets, duplicates: () => false });
  const judged = all.map(async (path) => {
    try {
      await delivery.deliver(path.to, {}, path.by);
      return [];
    } catch (error) {
      if (error instanceof AccessDenied) return [path];
      throw error;
    }
  });
  return (await Promise.all(judged)).flat();
}

/** The templates with other resources of one type. */
const changed = (type: string, change: (one: Resource) => Resource): Topology => ({
  region: whole.region,
  account: whole.account,
  byArn: (arn) => whole.byArn(arn),
  all: (wanted) => (wanted === type ? whole.all(type).map(change) : whole.all(wanted)),
});

describe("a path between services of AWS", () => {
  it("is open to the queues that it leads to, and to their key", async () => {
    expect(new Set(paths.map(({ by }) => by.service))).toEqual(new Set(["events", "sns", "scheduler"]));
    expect(await refused(paths)).toEqual([]);
  });

  it("is closed to any other rule or topic", async () => {
    const strangers = paths
      .filter(({ by }) => by.service !== "scheduler")
      .map(({ by, to }) => ({ by: { ...by, sourceArn: `${by.sourceArn}-of-somebody` }, to }));
    expect(await refused(strangers)).toEqual(strangers);
  });

  it("is closed without the key's policy, which names who encrypts under no role of ours", async () => {
    const withoutServices = changed("AWS::KMS::Key", (key) => {
      const { Statement } = key.properties.KeyPolicy as { Statement: { Principal: { Service?: unknown } }[] };
      const kept = Statement.filter(({ Principal }) => Principal.Service === undefined);
      return { ...key, properties: { ...key.properties, KeyPolicy: { Statement: kept } } };
    });
    const bySelf = paths.filter(({ by }) => by.service !== "scheduler");
    expect(await refused(paths, withoutServices)).toEqual(bySelf);
  });
});
