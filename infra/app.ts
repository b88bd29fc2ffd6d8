import { join } from "node:path";
import { ROOT } from "./constructs/bundle.ts";
import { addStacks, environmentOf, newApp } from "./kolo.ts";
import { readSettings } from "./settings.ts";
import { SetupProblem } from "./setup-problem.ts";
import * as wiring from "./wiring.ts";

const app = newApp();
const known = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };
try {
  const settings = readSettings({
    context: app.node.getAllContext() as Record<string, unknown>,
    file: join(ROOT, "kolo.json"),
    account: known.account,
  });
  addStacks(app, { settings, env: environmentOf(settings, known), wiring });
} catch (problem) {
  if (!(problem instanceof SetupProblem)) throw problem;
  console.error(problem.message);
  process.exitCode = 1;
}
