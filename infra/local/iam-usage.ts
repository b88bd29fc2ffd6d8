import type { Pattern, Statement } from "./iam-statements.ts";
import type { Permission } from "./ports.ts";

interface Grant {
  role: string;
  action: string;
  resource: string;
  policy: string;
  used: boolean;
}

const REFUSALS_KEPT = 1_000;

/** Remembers which grants were used and which calls were refused, so that both kinds of mistake show. */
export class Usage {
  readonly #now: () => number;
  readonly #grants: { grant: Grant; statement: Statement; action: Pattern; resource: Pattern }[];
  readonly #seen = new Set<string>();
  readonly #refusals = new Map<string, { who: string; action: string; resource: string; count: number; at: string }>();

  constructor(identities: Map<string, Statement[]>, now: () => number) {
    this.#now = now;
    this.#grants = [...identities].flatMap(([role, statements]) =>
      statements
        .filter(({ effect }) => effect === "Allow")
        .flatMap((statement) =>
          statement.actions.flatMap((action) =>
            statement.resources.map((resource) => {
              const { policy } = statement;
              const grant = { role, action: action.text, resource: resource.text, policy, used: false };
              return { grant, statement, action, resource };
            }),
          ),
        ),
    );
  }

  used(role: string, { action, resource }: Permission, statements: Statement[]): void {
    const key = `${role}|${action}|${resource}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    for (const each of this.#grants)
      if (each.grant.role === role && statements.includes(each.statement))
        each.grant.used ||= each.action.matches(action) && each.resource.matches(resource);
  }

  refused(who: string, { action, resource }: Permission): void {
    const key = `${who}|${action}|${resource}`;
    const known = this.#refusals.get(key);
    if (!known && this.#refusals.size >= REFUSALS_KEPT) return;
    const at = new Date(this.#now()).toISOString();
    this.#refusals.set(key, { who, action, resource, count: (known?.count ?? 0) + 1, at });
  }

  /** What `GET /_local/iam` shows. */
  report(): { used: Grant[]; neverUsed: Grant[]; refused: unknown[] } {
    const grants = this.#grants.map(({ grant }) => grant);
    return {
      used: grants.filter(({ used }) => used),
      neverUsed: grants.filter(({ used, policy }) => !used && !policy.startsWith("AWS")),
      refused: [...this.#refusals.values()],
    };
  }
}
