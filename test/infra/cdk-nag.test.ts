import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { addStacks, newApp } from "../../infra/kolo.ts";
import { localSettings, parseSettings } from "../../infra/settings.ts";
import * as wiring from "../../infra/wiring.ts";
import { edgeSettings } from "../support/edge.ts";

/** A finding that is accepted: its rule, the only places it may be found in, and why. */
interface Accepted {
  rule: RegExp;
  at: RegExp;
  because: string;
}

const ACCEPTED_MAX = 10;
const ACCEPTED: Accepted[] = [
  {
    rule: /^AwsSolutions-S1$/,
    at: /-data\/Bucket\/Resource$/,
    because:
      "Functions alone reach the bucket, and each says in its own log what it did; a second bucket says no more.",
  },
  {
    rule: /^AwsSolutions-COG8$/,
    at: /-data\/Staff\/Pool\/Resource$/,
    because: "A handful of staff with a second factor each; the plus plan is paid for by sign-in.",
  },
  {
    rule: /^AwsSolutions-SMG4$/,
    at: /-data\/(Identity|Vault|Origin)\/Resource$/,
    because: "A timer must not turn them: Identity names every customer, and Vault is turned by hand with its page.",
  },
  {
    rule: /^AwsSolutions-APIG4$/,
    at: /-core\/Api\/Http\//,
    because: "The gate of every function judges tokens, keys and roles, so that refusals are problem+json.",
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    at: /-core\/.+\/DefaultPolicy\/Resource$/,
    because: "X-Ray, log delivery and ListStreams know no resource; cdk-iam.test.ts lists the actions.",
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::.+(Bucket\w+Arn\w+|schedule\/<OneShotsGroup\w+>)\/(aws\/lambda\/)?\*\]$/,
    at: /-core\/.+\/DefaultPolicy\/Resource$/,
    because: "Objects and one-shot schedules are made at run time: their bucket and their group are named.",
  },
  {
    rule: /^AwsSolutions-SF1$/,
    at: /-core\/(Journey|ReconcileMetrics\/Rounds)\/Machine$/,
    because:
      "Express logs its errors, Standard keeps a history; every step of every journey would be noise that is paid for.",
  },
  {
    rule: /^AwsSolutions-CFR1$/,
    at: /-edge\/Distribution\/Resource$/,
    because: "Shops sell everywhere, and providers deliver from anywhere.",
  },
  {
    rule: /^AwsSolutions-CFR3$/,
    at: /-edge\/Distribution\/Resource$/,
    because: "CloudFront's logs hold paths, queries and addresses of people; the API's own log holds none of them.",
  },
];

const findings = judged();

describe("the stacks before AwsSolutions of cdk-nag", () => {
  it("show nothing that is not accepted with its reason", () => {
    expect(findings.filter((finding) => !ACCEPTED.some((one) => covers(one, finding)))).toEqual([]);
  });

  it("need no more than ten reasons, and each of them", () => {
    expect(ACCEPTED.length).toBeLessThanOrEqual(ACCEPTED_MAX);
    expect(ACCEPTED.filter((one) => !findings.some((finding) => covers(one, finding)))).toEqual([]);
  });
});

function covers({ rule, at }: Accepted, finding: { rule: string; at: string }): boolean {
  return rule.test(finding.rule) && at.test(finding.at);
}

/** Every finding of a deployment to AWS with all of its stacks. */
function judged(): { rule: string; at: string }[] {
  const outdir = mkdtempSync(join(tmpdir(), "kolo-nag-"));
  const app = newApp({ outdir, context: { "aws:cdk:bundling-stacks": [] } });
  const settings = parseSettings({ ...localSettings(), stage: "prod", data: "keep", edge: edgeSettings });
  addStacks(app, { settings, env: { account: "111122223333", region: "eu-central-1" }, wiring });
  app.synth();
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => ({ rule: ruleName, at: constructPath ?? "" })),
  );
}
