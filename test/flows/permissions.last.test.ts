import { describe, expect } from "vitest";
import { isWholeRun, it, ok } from "./support/kolo.ts";

interface Grant {
  role: string;
  action: string;
  policy: string;
}

/** What AWS itself does in a function's name, so that no emulator sees it. */
const BY_AWS = /^(logs|xray|kms):|^dynamodb:ListStreams$/;

/** The use that an action is a part of: functions are granted uses, and no function has to do all that is in one. */
function useOf({ action }: Grant): string {
  if (/^dynamodb:(GetItem|BatchGetItem|Query)$/.test(action)) return "table:read";
  if (/^dynamodb:(PutItem|UpdateItem|DeleteItem|ConditionCheckItem)$/.test(action)) return "table:write";
  return action;
}

/**
 * What a function that only reads may write: the shares of callers in a hurry, and no story is about one. A
 * long role has its name cut, with eight digits at its end.
 */
const COUNTS = /^Routes\w+(Read(-\w+)?|-[0-9a-f]{8}) table:write$/;

/** The function or AWS resource that a role is made for. */
const ownerOf = ({ role }: Grant) =>
  role.replace(/^.*role\/kolo-[a-z0-9]+-[a-z]+-/, "").replace(/(Role)?[0-9A-F]{8}$/, "");

/** Uses that no story needs: all of them are for what goes wrong in ways that stories over HTTP cannot cause. */
const NEVER_NEEDED: Record<string, string[]> = {
  "a batch of the stream that fails ten times is put aside": [
    ...["ProjectorReader s3:ListBucket", "ProjectorReader s3:PutObject"],
    ...["PublisherReader s3:ListBucket", "PublisherReader s3:PutObject"],
  ],
  "a wake-up or execution that a crash cost is made again": [
    ...["SweepTask iam:PassRole", "SweepTask scheduler:CreateSchedule"],
    ...["SweepTask states:StartExecution", "SweepTask table:write"],
  ],
  "an entry to a journey of which every attempt failed is put aside": ["Journey sqs:SendMessage"],
  "a wake-up that comes too early is planned again": [
    ...["SettleMismatchConsumer iam:PassRole", "SettleMismatchConsumer scheduler:CreateSchedule"],
  ],
  "a table too large for one round is reconciled in several, and what is wrong is repaired": [
    ...["ReconcileMetricsTask s3:GetObject", "ReconcileMetricsTask s3:PutObject", "ReconcileMetricsTask table:write"],
  ],
};

describe("permissions, after all stories", () => {
  it(
    "were missing nowhere",
    async () => {
      expect((await ok("/_local/iam")).refused).toEqual([]);
    },
    { needs: ["iam"] },
  );

  it(
    "are granted where they are used, and beyond that for accidents only",
    async () => {
      const { used, neverUsed } = (await ok("/_local/iam")) as Record<"used" | "neverUsed", Grant[]>;
      const usesOf = (grants: Grant[]) =>
        grants.filter(({ action }) => !BY_AWS.test(action)).map((grant) => `${ownerOf(grant)} ${useOf(grant)}`);
      const known = new Set(usesOf(used));
      const idle = new Set(usesOf(neverUsed).filter((use) => !known.has(use) && !COUNTS.test(use)));
      expect([...idle].sort()).toEqual(Object.values(NEVER_NEEDED).flat().sort());
    },
    { needs: ["iam"], skips: isWholeRun ? undefined : "only some of the stories ran" },
  );
});
