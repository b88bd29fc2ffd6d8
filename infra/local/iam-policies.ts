import { CannotStart } from "./errors.ts";
import { textsOf, unsupported } from "./iam-conditions.ts";
import { compileDocument, type Statement } from "./iam-statements.ts";
import type { Resource, Topology } from "./ports.ts";

type Document = Record<string, unknown>;

/** AWS's own policies that templates may name, by the last part of their ARN. */
const AWS_POLICIES: Record<string, string[]> = {
  AWSLambdaBasicExecutionRole: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
  AWSXRayDaemonWriteAccess: ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSampling*"],
  CloudWatchLambdaInsightsExecutionRolePolicy: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
};

/** Everything that the templates say about who may do what. */
export interface Policies {
  /** What a role may do, by its ARN. */
  identities: Map<string, Statement[]>;
  /** Who may take a role, by its ARN. */
  trusts: Map<string, Statement[]>;
  /** What a resource's own policy says, by its ARN. */
  resources: Map<string, Statement[]>;
}

/** Compiles all policies of the topology. */
export function readPolicies(topology: Topology): Policies {
  const policies: Policies = { identities: new Map(), trusts: new Map(), resources: new Map() };
  const roles = new Map(topology.all("AWS::IAM::Role").map((role) => [role.ref, role]));
  for (const role of roles.values()) readRole(role, policies, topology.account);
  for (const type of ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"])
    for (const { properties, logicalId } of topology.all(type)) {
      const statements = compileDocument(properties.PolicyDocument, logicalId, topology.account);
      for (const name of textsOf(properties.Roles ?? properties.RoleName ?? [])) {
        const arn = roles.get(name)?.arn;
        if (arn) add(policies.identities, arn, statements);
      }
    }
  readResourcePolicies(topology, policies);
  return policies;
}

function readRole({ properties, arn, logicalId }: Resource, policies: Policies, account: string): void {
  if (properties.PermissionsBoundary !== undefined) throw unsupported(logicalId, "a permissions boundary");
  add(policies.identities, arn, []);
  const inline = (properties.Policies ?? []) as { PolicyName: string; PolicyDocument: Document }[];
  for (const { PolicyName, PolicyDocument } of inline)
    add(policies.identities, arn, compileDocument(PolicyDocument, PolicyName, account));
  for (const managed of textsOf(properties.ManagedPolicyArns ?? [])) {
    if (!managed.startsWith("arn:aws:iam::aws:policy/")) continue;
    const name = managed.split("/").at(-1) ?? managed;
    const Action = AWS_POLICIES[name];
    if (!Action)
      throw new CannotStart(`The role ${logicalId} uses AWS's policy ${name}, which the local cloud does not know.`);
    const document = { Statement: [{ Effect: "Allow", Action, Resource: "*" }] };
    add(policies.identities, arn, compileDocument(document, name, account));
  }
  add(policies.trusts, arn, compileDocument(properties.AssumeRolePolicyDocument, `${logicalId} (trust)`, account));
}

function readResourcePolicies(topology: Topology, { resources }: Policies): void {
  const read = (type: string, ownersOf: (properties: Document) => unknown, documentOf = policyDocument) => {
    for (const resource of topology.all(type))
      for (const owner of textsOf(ownersOf(resource.properties) ?? resource.arn)) {
        const document = documentOf(resource.properties);
        if (document)
          add(resources, arnOf(topology, owner), compileDocument(document, resource.logicalId, topology.account));
      }
  };
  read("AWS::SQS::QueuePolicy", ({ Queues }) => Queues);
  read("AWS::SNS::TopicPolicy", ({ Topics }) => Topics);
  read("AWS::S3::BucketPolicy", ({ Bucket }) => Bucket);
  read(
    "AWS::KMS::Key",
    () => undefined,
    ({ KeyPolicy }) => KeyPolicy as Document | undefined,
  );
  read(
    "AWS::SecretsManager::ResourcePolicy",
    ({ SecretId }) => SecretId,
    ({ ResourcePolicy }) => ResourcePolicy as Document,
  );
  read("AWS::Events::EventBusPolicy", ({ EventBusName }) => EventBusName ?? "default", busDocument);
  read(
    "AWS::DynamoDB::Table",
    () => undefined,
    ({ ResourcePolicy }) => policyDocument((ResourcePolicy ?? {}) as Document),
  );
  read("AWS::Lambda::Permission", ({ FunctionName }) => FunctionName, permissionDocument);
}

function policyDocument({ PolicyDocument }: Document): Document | undefined {
  return PolicyDocument as Document | undefined;
}

function busDocument({ Statement: statement }: Document): Document | undefined {
  return statement === undefined ? undefined : { Statement: [statement] };
}

/** A Lambda permission is a statement of the function's policy in other words. */
function permissionDocument(properties: Document): Document {
  const { Action, Principal, SourceArn, SourceAccount } = properties;
  const isService = String(Principal).includes(".amazonaws.com");
  const Condition = {
    ...(SourceArn === undefined ? {} : { ArnLike: { "aws:SourceArn": SourceArn } }),
    ...(SourceAccount === undefined ? {} : { StringEquals: { "aws:SourceAccount": SourceAccount } }),
  };
  const named = isService ? { Service: Principal } : { AWS: Principal };
  return { Statement: [{ Effect: "Allow", Action, Principal: named, Resource: "*", Condition }] };
}

/** Policies name their resource by ARN, name, id or URL. */
function arnOf(topology: Topology, owner: string): string {
  if (owner.startsWith("arn:")) return owner;
  const kinds = ["AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::Lambda::Function", "AWS::Events::EventBus"];
  const found = kinds.flatMap((kind) => topology.all(kind)).find(({ ref }) => ref === owner);
  return found?.arn ?? owner;
}

function add(map: Map<string, Statement[]>, arn: string, statements: Statement[]): void {
  map.set(arn, [...(map.get(arn) ?? []), ...statements]);
}
