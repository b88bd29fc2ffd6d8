import { createHash } from "node:crypto";

/** A resource of which the name is wanted. */
export interface Named {
  type: string;
  stack: string;
  logicalId: string;
  /** Its properties, each resolved when it is read. */
  property(name: string): unknown;
}

/** What a template can ask of a resource. */
export interface Identity {
  ref: string;
  arn: string;
  attributes: Record<string, string>;
}

interface Place {
  region: string;
  account: string;
  endpoint: string;
}

type Naming = (resource: Named, place: Place) => Identity;

/** Names, ARNs and attributes as AWS would form them, but the same on every start. */
export function identify(resource: Named, place: Place): Identity {
  const naming = NAMINGS[resource.type];
  if (naming) return naming(resource, place);
  const [, service = "", kind = ""] = resource.type.toLowerCase().split("::");
  const name = physicalName(resource, ["Name", `${resource.type.split("::")[2]}Name`]);
  return { ref: name, arn: regional(place, service, `${kind}/${name}`), attributes: {} };
}

/** A stable stand-in for the random part of a name or id. */
function digest({ stack, logicalId }: Named, length: number, encoding: "hex" | "letters" = "hex"): string {
  const hash = createHash("sha256").update(`${stack}/${logicalId}`).digest();
  if (encoding === "hex") return hash.toString("hex").slice(0, length);
  return [...hash.subarray(0, length)].map((byte) => "abcdefghijklmnopqrstuvwxyz0123456789"[byte % 36]).join("");
}

function physicalName(resource: Named, properties: string[], max = 64): string {
  for (const property of properties) {
    const name = resource.property(property);
    if (typeof name === "string" && name !== "") return name;
  }
  const name = `${resource.stack}-${resource.logicalId}`;
  return name.length <= max ? name : `${name.slice(0, max - 9)}-${digest(resource, 8)}`;
}

function regional({ region, account }: Place, service: string, path: string): string {
  return `arn:aws:${service}:${region}:${account}:${path}`;
}

/** Resources whose Ref is their name and whose ARN ends with it. */
function byName(service: string, prefix: string, property: string, max?: number): Naming {
  return (resource, place) => {
    const name = physicalName(resource, [property], max);
    const arn = regional(place, service, `${prefix}${name}`);
    return { ref: name, arn, attributes: { Name: name, [property]: name } };
  };
}

/** Resources whose Ref is their ARN. */
function byArn(service: string, prefix: string, property: string, max?: number): Naming {
  const named = byName(service, prefix, property, max);
  return (resource, place) => {
    const { arn, attributes } = named(resource, place);
    return { ref: arn, arn, attributes: { ...attributes, Id: arn, TopicArn: arn, StateMachineArn: arn } };
  };
}

/** Resources that have only an id. */
function byId(service: string, prefix: string, length: number, attribute: string): Naming {
  return (resource, place) => {
    const id = digest(resource, length, "letters");
    return { ref: id, arn: regional(place, service, `${prefix}${id}`), attributes: { [attribute]: id, Id: id } };
  };
}

function table(resource: Named, place: Place): Identity {
  const named = byName("dynamodb", "table/", "TableName", 255)(resource, place);
  const StreamArn = `${named.arn}/stream/local`;
  return { ...named, attributes: { ...named.attributes, StreamArn, TableId: named.ref } };
}

function queue(resource: Named, place: Place): Identity {
  const named = byName("sqs", "", "QueueName", 80)(resource, place);
  const url = `${place.endpoint}/${place.account}/${named.ref}`;
  return { ref: url, arn: named.arn, attributes: { ...named.attributes, QueueUrl: url } };
}

function bucket(resource: Named, place: Place): Identity {
  const name = physicalName(resource, ["BucketName"], 63).toLowerCase();
  const attributes = {
    DomainName: `${name}.s3.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${place.region}.amazonaws.com`,
  };
  return { ref: name, arn: `arn:aws:s3:::${name}`, attributes };
}

function role(resource: Named, { account }: Place): Identity {
  const name = physicalName(resource, ["RoleName"]);
  const path = typeof resource.property("Path") === "string" ? String(resource.property("Path")) : "/";
  return { ref: name, arn: `arn:aws:iam::${account}:role${path}${name}`, attributes: { RoleId: digest(resource, 21) } };
}

function managedPolicy(resource: Named, { account }: Place): Identity {
  const arn = `arn:aws:iam::${account}:policy/${physicalName(resource, ["ManagedPolicyName"])}`;
  return { ref: arn, arn, attributes: { PolicyArn: arn } };
}

function key(resource: Named, place: Place): Identity {
  const hex = digest(resource, 32);
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  return { ref: id, arn: regional(place, "kms", `key/${id}`), attributes: { KeyId: id } };
}

function keyAlias(resource: Named, place: Place): Identity {
  const name = physicalName(resource, ["AliasName"]);
  return { ref: name, arn: regional(place, "kms", name), attributes: {} };
}

function secret(resource: Named, place: Place): Identity {
  const name = physicalName(resource, ["Name"], 512);
  const arn = regional(place, "secretsmanager", `secret:${name}-${digest(resource, 6, "letters")}`);
  return { ref: arn, arn, attributes: { Id: arn, Name: name } };
}

function rule(resource: Named, place: Place): Identity {
  const name = physicalName(resource, ["Name"]);
  const bus = String(resource.property("EventBusName") ?? "default")
    .split("/")
    .at(-1);
  const path = bus === "default" ? name : `${bus}/${name}`;
  return {
    ref: bus === "default" ? name : `${bus}|${name}`,
    arn: regional(place, "events", `rule/${path}`),
    attributes: {},
  };
}

function schedule(resource: Named, place: Place): Identity {
  const name = physicalName(resource, ["Name"]);
  const group = String(resource.property("GroupName") ?? "default");
  return { ref: name, arn: regional(place, "scheduler", `schedule/${group}/${name}`), attributes: {} };
}

function userPool(resource: Named, place: Place): Identity {
  const id = `${place.region}_${digest(resource, 9, "letters")}`;
  const ProviderName = `cognito-idp.${place.region}.amazonaws.com/${id}`;
  const attributes = { ProviderName, ProviderURL: `https://${ProviderName}`, UserPoolId: id };
  return { ref: id, arn: regional(place, "cognito-idp", `userpool/${id}`), attributes };
}

function api(resource: Named, place: Place): Identity {
  const id = digest(resource, 10, "letters");
  const ApiEndpoint = `https://${id}.execute-api.${place.region}.amazonaws.com`;
  return { ref: id, arn: `arn:aws:apigateway:${place.region}::/apis/${id}`, attributes: { ApiId: id, ApiEndpoint } };
}

function stage(resource: Named, place: Place): Identity {
  const name = physicalName(resource, ["StageName"]);
  return {
    ref: name,
    arn: `arn:aws:apigateway:${place.region}::/apis/${resource.property("ApiId")}/stages/${name}`,
    attributes: {},
  };
}

function functionPart(resource: Named, place: Place, qualifier: string): Identity {
  const owner = String(resource.property("FunctionName"));
  const functionArn = owner.startsWith("arn:") ? owner : regional(place, "lambda", `function:${owner}`);
  const arn = `${functionArn}:${qualifier}`;
  return { ref: arn, arn, attributes: { FunctionArn: arn, Version: qualifier, AliasArn: arn } };
}

function mapping(resource: Named, place: Place): Identity {
  const { ref } = key(resource, place);
  const arn = regional(place, "lambda", `event-source-mapping:${ref}`);
  return { ref, arn, attributes: { Id: ref, EventSourceMappingArn: arn } };
}

function logGroup(resource: Named, place: Place): Identity {
  const name = physicalName(resource, ["LogGroupName"], 512);
  return { ref: name, arn: regional(place, "logs", `log-group:${name}:*`), attributes: {} };
}

const NAMINGS: Record<string, Naming> = {
  "AWS::ApiGatewayV2::Api": api,
  "AWS::ApiGatewayV2::Integration": byId("apigateway", "/integrations/", 7, "IntegrationId"),
  "AWS::ApiGatewayV2::Route": byId("apigateway", "/routes/", 7, "RouteId"),
  "AWS::ApiGatewayV2::Stage": stage,
  "AWS::CloudWatch::Alarm": byName("cloudwatch", "alarm:", "AlarmName", 255),
  "AWS::Cognito::UserPool": userPool,
  "AWS::Cognito::UserPoolClient": byId("cognito-idp", "client/", 26, "ClientId"),
  "AWS::DynamoDB::GlobalTable": table,
  "AWS::DynamoDB::Table": table,
  "AWS::Events::Archive": byName("events", "archive/", "ArchiveName", 48),
  "AWS::Events::EventBus": byName("events", "event-bus/", "Name", 256),
  "AWS::Events::Rule": rule,
  "AWS::IAM::ManagedPolicy": managedPolicy,
  "AWS::IAM::Role": role,
  "AWS::KMS::Alias": keyAlias,
  "AWS::KMS::Key": key,
  "AWS::Lambda::Alias": (resource, place) => functionPart(resource, place, String(resource.property("Name"))),
  "AWS::Lambda::EventSourceMapping": mapping,
  "AWS::Lambda::Function": byName("lambda", "function:", "FunctionName"),
  "AWS::Lambda::Version": (resource, place) => functionPart(resource, place, "1"),
  "AWS::Logs::LogGroup": logGroup,
  "AWS::S3::Bucket": bucket,
  "AWS::SES::ConfigurationSet": byName("ses", "configuration-set/", "Name"),
  "AWS::SES::EmailIdentity": byName("ses", "identity/", "EmailIdentity", 320),
  "AWS::SNS::Topic": byArn("sns", "", "TopicName", 256),
  "AWS::SQS::Queue": queue,
  "AWS::Scheduler::Schedule": schedule,
  "AWS::Scheduler::ScheduleGroup": byName("scheduler", "schedule-group/", "Name"),
  "AWS::SecretsManager::Secret": secret,
  "AWS::StepFunctions::StateMachine": byArn("states", "stateMachine:", "StateMachineName", 80),
};
