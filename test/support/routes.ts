import type { Role } from "../../functions/shell/caller.ts";
import type { Entry } from "../../functions/shell/dispatch.ts";
import type { AnyRoute } from "../../functions/shell/route.ts";
import { handlerFile } from "../../infra/constructs/route-groups.ts";
import { routes } from "../../infra/wiring.ts";
import type { Route } from "../../infra/wiring-types.ts";

const rolesOf = (line: Route): Entry["roles"] => (line.public ? "public" : (line.roles as readonly Role[]));

/** The entries of a Lambda as the wiring declares them, with real handlers: every route whose noun is named. */
export async function entriesOf(...nouns: string[]): Promise<Record<string, Entry>> {
  const wanted = routes.filter(({ run }) => nouns.includes(run.slice(0, run.indexOf("/"))));
  const entries = wanted.map(async (line) => {
    const file = new URL(`../../${handlerFile(line)}`, import.meta.url);
    const { handler } = (await import(/* @vite-ignore */ file.href)) as { handler: AnyRoute };
    return [line.on, { route: handler, roles: rolesOf(line) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
