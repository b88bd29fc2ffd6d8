import { App, type AppProps, type Environment } from "aws-cdk-lib";
import type { Settings } from "./settings.ts";
import { CoreStack } from "./stacks/core.ts";
import { DataStack } from "./stacks/data.ts";
import { EDGE_REGION, EdgeStack } from "./stacks/edge.ts";
import { OperationsStack } from "./stacks/operations.ts";
import type { Wiring } from "./wiring-types.ts";

/** The account that emulators give. A real account is never this one, so stage `local` cannot be deployed to it. */
export const EMULATED_ACCOUNT = "000000000000";
export const DEFAULT_REGION = "eu-central-1";

const CONTEXT = {
  "@aws-cdk/aws-iam:minimizePolicies": true,
  "@aws-cdk/aws-sns-subscriptions:restrictSqsDescryption": true,
  "@aws-cdk/core:checkSecretUsage": true,
  "@aws-cdk/core:defaultCrossStackReferences": "strong",
  "@aws-cdk/core:enablePartitionLiterals": true,
};

/** The CDK app by house rules: the same templates on every machine. */
export function newApp(props: AppProps = {}): App {
  return new App({ analyticsReporting: false, postCliContext: CONTEXT, ...props });
}

/** Where a stage goes: `local` to emulators only, any other to the account of the credentials. */
export function environmentOf({ stage }: Settings, known: Environment): Environment {
  const region = known.region ?? DEFAULT_REGION;
  if (stage === "local") return { account: EMULATED_ACCOUNT, region };
  return known.account === undefined ? {} : { account: known.account, region };
}

/** Puts the stage's stacks into the app. */
export function addStacks(
  app: App,
  { settings, env, wiring }: { settings: Settings; env: Environment; wiring: Wiring },
) {
  const named = (name: string) => `kolo-${settings.stage}-${name}`;
  const data = new DataStack(app, named("data"), { env, settings });
  const core = new CoreStack(app, named("core"), { env, settings, data, wiring });
  const operations = new OperationsStack(app, named("operations"), { env, settings, data, core });
  if (settings.edge !== undefined) {
    const elsewhere = { ...env, region: EDGE_REGION };
    const edge = new EdgeStack(app, named("edge"), { env: elsewhere, stage: settings.stage, edge: settings.edge });
    // By name only: its secret is in the data stack.
    edge.addStackDependency(data);
  }
  return { data, core, operations };
}
