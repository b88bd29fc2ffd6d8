import { DescribeContinuousBackupsCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { SFNClient } from "@aws-sdk/client-sfn";
import { type Check, missing, ok, unseen, wrong } from "../finding.ts";
import { oneOf } from "../place.ts";
import { lastReconciliation } from "../reconcile.ts";

const HOUR_MS = 3_600_000;
/** It runs every night; two hours late is not forgotten yet. */
const RECONCILED_HOURS_MAX = 26;

/** Whether the table can be brought back to a moment of the past. */
export const recovery: Check = {
  name: "recovery",
  async look(place) {
    if (place.isLocal) return [unseen("Recovery: the local cloud keeps no earlier moments of the table.")];
    const client = new DynamoDBClient(place.access);
    const TableName = oneOf(place, "AWS::DynamoDB::Table").id;
    const { ContinuousBackupsDescription: found } = await client.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    const { PointInTimeRecoveryStatus, EarliestRestorableDateTime: from } = found?.PointInTimeRecoveryDescription ?? {};
    if (PointInTimeRecoveryStatus !== "ENABLED")
      return [wrong("restore.md", `The table ${TableName} cannot be restored: its point-in-time recovery is off.`)];
    return [
      ok(`Recovery: the table can be restored to any second since ${from?.toISOString() ?? "it was switched on"}.`),
    ];
  },
};

/** Whether the key of everything at rest can be used. */
export const key: Check = {
  name: "key",
  async look(place) {
    const kms = new KMSClient(place.access);
    const { id: KeyId } = oneOf(place, "AWS::KMS::Key", "Key");
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    if (KeyMetadata?.KeyState === "Enabled") return [ok("Key: enabled.")];
    return [wrong("restore.md", `The key ${KeyId} is ${KeyMetadata?.KeyState}: nothing that is kept can be read.`)];
  },
};

/** When the numbers were proved last, and what was found. */
export const reconciliation: Check = {
  name: "reconciliation",
  async look(place) {
    const sfn = new SFNClient(place.access);
    const last = await lastReconciliation(place, sfn);
    if (!last) return [missing("reconcile-metrics-ends.md", "Metrics were never proved: `npm run kolo -- reconcile`.")];
    const { status, startedAt, endedAt, counts } = last;
    if (status === "RUNNING") return [ok(`Metrics: they are being proved since ${startedAt.toISOString()}.`)];
    if (status !== "SUCCEEDED" || !counts) {
      const says = `The last proof of the metrics ended as ${status} at ${endedAt?.toISOString()}.`;
      return [wrong("reconcile-metrics-ends.md", says)];
    }
    const hours = ((await place.now()).getTime() - startedAt.getTime()) / HOUR_MS;
    if (hours > RECONCILED_HOURS_MAX) {
      const says = `Metrics were proved ${Math.round(hours)} hours ago, and it should be every night.`;
      return [wrong("reconcile-metrics-ends.md", says)];
    }
    const { agreeing, differing, lost } = counts;
    if (differing > 0)
      return [
        wrong(
          "metric-differences.md",
          `The last proof put right ${differing} metric items of ${agreeing + differing}.`,
        ),
      ];
    if (lost > 0)
      return [
        wrong("metric-sources-lost.md", `The last proof found ${lost} orders or customers that were not counted.`),
      ];
    return [ok(`Metrics: proved at ${startedAt.toISOString()}, ${agreeing} items agree with their ledgers.`)];
  },
};
