import type { Iam } from "./iam.ts";
import type { Actor, Delivery, Permission, ServiceFactory, Topology } from "./ports.ts";

type Target = Pick<ReturnType<ServiceFactory>, "names" | "accepts" | "deliver">;

/** What each kind of target asks of whoever delivers to it. */
const ACTIONS: Record<string, string> = {
  sqs: "sqs:SendMessage",
  sns: "sns:Publish",
  lambda: "lambda:InvokeFunction",
  events: "events:PutEvents",
  states: "states:StartExecution",
};

/** Services whose deliveries AWS makes at least once. */
const AT_LEAST_ONCE = new Set(["events", "scheduler", "sns"]);

/** Hands events to targets after the checks that AWS would make, twice where that fault is on. */
export class LocalDelivery implements Delivery {
  readonly #topology: Topology;
  readonly #iam: Iam;
  readonly #targets: () => readonly Target[];
  readonly #duplicates: () => boolean;

  constructor(setup: { topology: Topology; iam: Iam; targets: () => readonly Target[]; duplicates: () => boolean }) {
    this.#topology = setup.topology;
    this.#iam = setup.iam;
    this.#targets = setup.targets;
    this.#duplicates = setup.duplicates;
  }

  async deliver(targetArn: string, payload: unknown, by: Parameters<Delivery["deliver"]>[2]): Promise<void> {
    const target = this.#targets().find(({ accepts }) => accepts?.(targetArn));
    if (!target?.deliver)
      throw Object.assign(new Error(`Nothing here accepts deliveries to ${targetArn}.`), { name: "NotFound" });
    this.#iam.checkActor(by, this.#needs(targetArn, by));
    const times = AT_LEAST_ONCE.has(by.service.split(".")[0] ?? "") && this.#duplicates() ? 2 : 1;
    for (let each = 0; each < times; each++) await target.deliver(targetArn, payload, by);
  }

  #needs(targetArn: string, { service }: Actor): Permission[] {
    const kind = targetArn.split(":")[2] ?? "";
    // CDK permits rules to write logs by a custom resource, which is no policy of a template.
    if (kind === "logs") return [];
    const needs: Permission[] = [{ action: ACTIONS[kind] ?? `${kind}:Deliver`, resource: targetArn }];
    const keyArn = this.#keyOf(targetArn);
    const via = { "kms:ViaService": `${kind}.${this.#topology.region}.amazonaws.com`, "aws:PrincipalService": service };
    if (keyArn)
      for (const action of ["kms:GenerateDataKey", "kms:Decrypt"])
        needs.push({ action, resource: keyArn, context: via });
    return needs;
  }

  /** The customer-managed key of a queue or topic. */
  #keyOf(targetArn: string): string | undefined {
    const keyId = this.#topology.byArn(targetArn)?.properties.KmsMasterKeyId;
    if (typeof keyId !== "string" || keyId.startsWith("alias/aws/")) return undefined;
    if (keyId.startsWith("arn:")) return keyId;
    const { region, account } = this.#topology;
    return `arn:aws:kms:${region}:${account}:key/${keyId}`;
  }
}
