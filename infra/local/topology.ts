import { CannotStart } from "./errors.ts";
import type { Resource, Topology } from "./ports.ts";
import { readAssembly, type StackArtifact } from "./topology-assembly.ts";
import { holds, resolveValue, type Scope } from "./topology-intrinsics.ts";
import { type Identity, identify } from "./topology-names.ts";

/** All resources of an assembly, with what only the runtime asks. */
export interface LocalTopology extends Topology {
  stacks: readonly string[];
  resources: readonly Resource[];
  /** Values of the stacks' outputs by `<stack>.<name>`. */
  outputs: Record<string, unknown>;
  /** The directory or file of an asset by its key in the bootstrap bucket. */
  asset(key: string): string | undefined;
}

const DEFAULT_REGION = "us-east-1";
const DEFAULT_ACCOUNT = "000000000000";

/** Loads the stacks of a cloud assembly and resolves them against each other. */
export function loadTopology(assembly: string, endpoint: string): LocalTopology {
  const artifacts = readAssembly(assembly);
  const region = artifacts.find((each) => each.region)?.region ?? DEFAULT_REGION;
  const account = artifacts.find((each) => each.account)?.account ?? DEFAULT_ACCOUNT;
  const exports = new Map<string, () => unknown>();
  const stacks = artifacts.map((artifact) => new Stack(artifact, { region, account, endpoint }, exports));
  for (const stack of stacks) stack.declareExports();
  const resources = stacks.flatMap((stack) => stack.resources());
  const arns = new Map(resources.map((resource) => [resource.arn, resource]));
  const types = Map.groupBy(resources, ({ type }) => type);
  return {
    region,
    account,
    stacks: artifacts.map(({ name }) => name),
    resources,
    outputs: Object.assign({}, ...stacks.map((stack) => stack.outputs())),
    all: (type) => types.get(type) ?? [],
    byArn: (arn) => arns.get(arn),
    asset: (key) => artifacts.find(({ assets }) => assets.has(key))?.assets.get(key),
  };
}

interface Place {
  region: string;
  account: string;
  endpoint: string;
}

class Stack {
  readonly #artifact: StackArtifact;
  readonly #place: Place;
  readonly #exports: Map<string, () => unknown>;
  readonly #scope: Scope;
  readonly #identities = new Map<string, Identity>();

  constructor(artifact: StackArtifact, place: Place, exports: Map<string, () => unknown>) {
    this.#artifact = artifact;
    this.#place = place;
    this.#exports = exports;
    this.#scope = {
      stack: artifact.name,
      template: artifact.template,
      ref: (id) => this.#ref(id),
      attribute: (id, name) => this.#attribute(id, name),
      imported: (name) => this.#imported(name),
    };
  }

  declareExports(): void {
    for (const { Export, Value } of Object.values(this.#artifact.template.Outputs ?? {})) {
      if (!Export) continue;
      this.#exports.set(String(resolveValue(Export.Name, this.#scope)), () => resolveValue(Value, this.#scope));
    }
  }

  resources(): Resource[] {
    return Object.entries(this.#artifact.template.Resources ?? {}).flatMap(([logicalId, resource]) => {
      if (resource.Condition !== undefined && !holds(resource.Condition, this.#scope)) return [];
      const { ref, arn } = this.#identity(logicalId);
      const properties = resolveValue(resource.Properties ?? {}, this.#scope) as Record<string, unknown>;
      return [{ stack: this.#artifact.name, logicalId, type: resource.Type, properties, ref, arn }];
    });
  }

  outputs(): Record<string, unknown> {
    const entries = Object.entries(this.#artifact.template.Outputs ?? {}).flatMap(([name, { Value, Condition }]) =>
      Condition !== undefined && !holds(Condition, this.#scope)
        ? []
        : [[`${this.#artifact.name}.${name}`, resolveValue(Value, this.#scope)]],
    );
    return Object.fromEntries(entries);
  }

  #identity(logicalId: string): Identity {
    const known = this.#identities.get(logicalId);
    if (known) return known;
    const declared = this.#artifact.template.Resources?.[logicalId];
    if (!declared) throw new CannotStart(`The stack ${this.#artifact.name} has no resource ${logicalId}.`);
    const property = (name: string) => resolveValue(declared.Properties?.[name], this.#scope);
    const identity = identify({ type: declared.Type, stack: this.#artifact.name, logicalId, property }, this.#place);
    this.#identities.set(logicalId, identity);
    return identity;
  }

  #ref(id: string): unknown {
    const { region, account } = this.#place;
    const pseudo: Record<string, string> = {
      "AWS::Region": region,
      "AWS::AccountId": account,
      "AWS::Partition": "aws",
      "AWS::URLSuffix": "amazonaws.com",
      "AWS::StackName": this.#artifact.name,
      "AWS::StackId": `arn:aws:cloudformation:${region}:${account}:stack/${this.#artifact.name}/local`,
    };
    if (id === "AWS::NoValue") return undefined;
    if (id === "AWS::NotificationARNs") return [];
    const parameter = this.#artifact.template.Parameters?.[id];
    return pseudo[id] ?? (parameter ? this.#parameter(id, parameter) : this.#identity(id).ref);
  }

  #parameter(id: string, { Type, Default }: { Type: string; Default?: unknown }): unknown {
    if (Default === undefined)
      throw new CannotStart(`The parameter ${id} of the stack ${this.#artifact.name} has no default value.`);
    return Type.startsWith("List<") || Type === "CommaDelimitedList" ? String(Default).split(",") : Default;
  }

  #attribute(id: string, name: string): unknown {
    const { arn, attributes, ref } = this.#identity(id);
    if (name === "Arn") return arn;
    // What no part of the cloud acts on may be anything, as long as it is stable.
    return attributes[name] ?? `${ref}.${name}`;
  }

  #imported(name: string): unknown {
    const value = this.#exports.get(name);
    if (!value) throw new CannotStart(`The stack ${this.#artifact.name} imports ${name}, which no stack exports.`);
    return value();
  }
}
