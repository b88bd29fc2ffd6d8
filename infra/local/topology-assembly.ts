import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CannotStart } from "./errors.ts";

/** A CloudFormation template as CDK writes it. */
export interface Template {
  Resources?: Record<string, { Type: string; Properties?: Record<string, unknown>; Condition?: string }>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown }; Condition?: string }>;
  Parameters?: Record<string, { Type: string; Default?: unknown }>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Conditions?: Record<string, unknown>;
}

/** One stack of a cloud assembly. */
export interface StackArtifact {
  name: string;
  /** Where it was synthesized for; `undefined` when the app left it open. */
  region: string | undefined;
  account: string | undefined;
  template: Template;
  /** Directory or file of each asset by the key it would have in the bootstrap bucket. */
  assets: Map<string, string>;
}

interface Manifest {
  artifacts?: Record<string, Artifact>;
}
interface Artifact {
  type: string;
  environment?: string;
  properties?: Record<string, string>;
}
interface AssetManifest {
  files?: Record<string, { source: { path?: string }; destinations: Record<string, { objectKey: string }> }>;
}

/** Reads all stacks of a synthesized cloud assembly, those of its stages too. */
export function readAssembly(directory: string): StackArtifact[] {
  const manifestPath = join(directory, "manifest.json");
  if (!existsSync(manifestPath))
    throw new CannotStart(`There is no synthesized CDK app in ${resolve(directory)}: run \`cdk synth\` first.`);
  const { artifacts = {} } = readJson<Manifest>(manifestPath);
  const assets = new Map<string, string>();
  for (const { type, properties } of Object.values(artifacts))
    if (type === "cdk:asset-manifest") readAssets(directory, properties?.file ?? "", assets);
  return Object.entries(artifacts).flatMap(([id, { type, environment, properties = {} }]): StackArtifact[] => {
    if (type === "cdk:cloud-assembly") return readAssembly(join(directory, properties.directoryName ?? ""));
    if (type !== "aws:cloudformation:stack") return [];
    const [account, region] = (environment ?? "").replace("aws://", "").split("/");
    return [
      {
        name: properties.stackName ?? id,
        region: known(region),
        account: known(account),
        template: readJson<Template>(join(directory, properties.templateFile ?? `${id}.template.json`)),
        assets,
      },
    ];
  });
}

function readAssets(directory: string, file: string, assets: Map<string, string>): void {
  const { files = {} } = readJson<AssetManifest>(join(directory, file));
  for (const { source, destinations } of Object.values(files))
    for (const { objectKey } of Object.values(destinations))
      assets.set(objectKey, resolve(directory, source.path ?? ""));
}

function known(place: string | undefined): string | undefined {
  return place === undefined || place === "" || place.startsWith("unknown-") ? undefined : place;
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, "utf8")) as T;
}
