import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesize } from "../../infra/cli/synth.ts";
import { localSettings, type Settings } from "../../infra/settings.ts";
import type { Wiring } from "../../infra/wiring-types.ts";

/** One resource of a synthesized template. */
export interface TemplateResource {
  stack: string;
  id: string;
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's shapes are deep; an absent part must fail.
  properties: any;
}

export interface Synthesized {
  stacks: { name: string; resources: TemplateResource[]; outputs: Record<string, unknown> }[];
  of(type: string): TemplateResource[];
}

/** Synthesizes the templates without bundles. */
export function templates(settings: Settings = localSettings(), wiring?: Wiring): Synthesized {
  const outDir = mkdtempSync(join(tmpdir(), "kolo-templates-"));
  const { stacks } = synthesize({ outDir, settings, wiring, bundles: false });
  const read = stacks.map(({ stackName, template }) => ({
    name: stackName,
    resources: Object.entries(template.Resources as Record<string, { Type: string; Properties?: object }>).map(
      ([id, { Type, Properties }]) => ({ stack: stackName, id, type: Type, properties: Properties ?? {} }),
    ),
    outputs: Object.fromEntries(
      Object.entries((template.Outputs ?? {}) as Record<string, { Value: unknown }>).map(([name, { Value }]) => [
        name,
        Value,
      ]),
    ),
  }));
  return { stacks: read, of: (type) => read.flatMap(({ resources }) => resources.filter((one) => one.type === type)) };
}

/** A value of a template as one reads it: references by the names of what they refer to. */
export function readable(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const [[kind, of]] = Object.entries(value) as [[string, unknown]];
  if (kind === "Fn::Join") return (of as [string, unknown[]])[1].map(readable).join("");
  if (kind === "Fn::GetAtt") return logicalName((of as string[])[0] ?? "");
  if (kind === "Fn::ImportValue") return imported(String(of));
  if (kind === "Ref") return logicalName(String(of));
  return JSON.stringify(value);
}

/** Another stack's resource by the name of its export; of a stream, that it is the stream and not the table. */
function imported(name: string): string {
  const [, id = "", stream = ""] = /ExportsOutput(?:FnGetAtt|Ref)(.+?)[0-9A-F]{8}(StreamArn)?/.exec(name) ?? [];
  return stream === "" ? id : `${id}.${stream}`;
}

/** `BucketPolicyE9A3008A` -> `BucketPolicy`: without CDK's hash. */
export function logicalName(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, "");
}
