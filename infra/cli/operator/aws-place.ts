import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
  type StackResourceSummary,
} from "@aws-sdk/client-cloudformation";
import { type Found, OperatorProblem, type Place } from "./place.ts";

const STACKS = ["data", "core", "operations"];

/** The stacks of a stage, by the credentials and the region that the AWS CLI would use. */
export async function awsPlace(stage: string): Promise<Place> {
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (!region) throw new OperatorProblem("Say in which region the stage is: AWS_REGION=eu-central-1.");
  const client = new CloudFormationClient({ region });
  const names = STACKS.map((name) => `kolo-${stage}-${name}`);
  const stacks: Stack[] = [];
  // In turn, so that the first one that is missing is the one that is named.
  for (const name of names) stacks.push(await stackOf(client, name, region));
  const resources = (await Promise.all(names.map((name) => resourcesOf(client, name)))).flat();
  const url = stacks
    .flatMap(({ Outputs = [] }) => Outputs)
    .find(({ OutputKey }) => OutputKey === "ApiUrl")?.OutputValue;
  if (!url) throw new OperatorProblem(`kolo-${stage}-core has no output ApiUrl: was its deployment ended?`);
  return {
    title: `Kolo's stage ${stage} in ${region}`,
    isLocal: false,
    stage,
    url: url.replace(/\/$/, ""),
    access: { region },
    resources,
    now: async () => new Date(),
    async token() {
      const { KOLO_TOKEN: token } = process.env;
      if (token) return token;
      throw new OperatorProblem(
        "Give an access token of a manager or owner: KOLO_TOKEN=... (docs/operator.md, People).",
      );
    },
  };
}

async function stackOf(client: CloudFormationClient, StackName: string, region: string): Promise<Stack> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    if (stack) return stack;
  } catch (cause) {
    const { name, message } = cause as Error;
    if (name === "CredentialsProviderError")
      throw new OperatorProblem("There are no AWS credentials: sign in as for the AWS CLI, then again.", { cause });
    if (!/does not exist/.test(message)) throw cause;
  }
  throw new OperatorProblem(`There is no stack ${StackName} in ${region}: is it another stage or region?`);
}

async function resourcesOf(client: CloudFormationClient, StackName: string): Promise<Found[]> {
  const found: StackResourceSummary[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName }))
    found.push(...(page.StackResourceSummaries ?? []));
  return found.map(({ LogicalResourceId = "", ResourceType = "", PhysicalResourceId = "" }) => ({
    logicalId: LogicalResourceId,
    type: ResourceType,
    id: PhysicalResourceId,
  }));
}
