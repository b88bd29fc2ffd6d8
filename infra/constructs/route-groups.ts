import { dirname } from "node:path/posix";
import { SetupProblem } from "../setup-problem.ts";
import type { Role, Route, Use } from "../wiring-types.ts";
import { COLD_START, type Entry } from "./bundle.ts";

/** Routes of one noun with equal grants: one function. */
export interface RouteGroup {
  /** `orders-write-identity`: the noun and what it may touch. */
  name: string;
  uses: readonly Use[];
  memoryMb?: number;
  timeoutSeconds?: number;
  routes: readonly Route[];
}

/** The only routes that may be served without a token. */
const PUBLIC = [
  /^GET \/health$/,
  /^GET \/docs(\/\{asset\})?$/,
  /^GET \/openapi\.json$/,
  /^(POST|GET) \/v1\/hooks\/\{hookId\}$/,
];

/** Browsers and platforms reach nothing by this: a route served for less than its roles would be a hole. */
export function checkRoles(route: Route): readonly Role[] | "public" {
  if (route.public === true) {
    if (PUBLIC.some((pattern) => pattern.test(route.on))) return "public";
    throw new SetupProblem(`The route "${route.on}" is not on the list of public routes: give it roles.`);
  }
  if (route.roles === undefined || route.roles.length === 0) {
    throw new SetupProblem(`The route "${route.on}" has no roles: say who may call it.`);
  }
  return route.roles;
}

/** Groups the routes into functions, in the order of the wiring; refuses a route that is declared twice. */
export function groupRoutes(routes: readonly Route[]): RouteGroup[] {
  const groups = new Map<string, Route[]>();
  const seen = new Set<string>();
  for (const route of routes) {
    checkRoles(route);
    if (seen.has(route.on)) throw new SetupProblem(`The route "${route.on}" is declared twice.`);
    seen.add(route.on);
    const name = groupName(route);
    groups.set(name, [...(groups.get(name) ?? []), route]);
  }
  return [...groups].map(([name, members]) => ({ ...members[0], name, routes: members }) as RouteGroup);
}

/** The generated entry of a group: its routes with their roles, handed to the dispatcher; with the gate, if any has. */
export function routeEntry({ name, routes }: RouteGroup): Entry {
  const files = [...new Set(routes.map(handlerFile))];
  const imports = files.map((file, n) => `import { handler as route${n} } from "./${file}";`);
  const lines = routes.map((route) => {
    const roles = JSON.stringify(checkRoles(route));
    return `    ${JSON.stringify(route.on)}: { route: route${files.indexOf(handlerFile(route))}, roles: ${roles} },`;
  });
  const guarded = routes.some((route) => checkRoles(route) !== "public");
  const shell = [COLD_START, "functions/shell/dispatch.ts", ...(guarded ? ["functions/shell/gate.ts"] : [])];
  const source = [
    `import "./${COLD_START}";`,
    'import { dispatch } from "./functions/shell/dispatch.ts";',
    ...(guarded ? ['import { gate } from "./functions/shell/gate.ts";'] : []),
    ...imports,
    "export const handler = dispatch(",
    "  {",
    ...lines,
    "  },",
    guarded ? "  gate," : "  undefined,",
    ");",
    "",
  ];
  return { name, source: source.join("\n"), files: [...shell, ...files] };
}

/** `orders/place-order` -> its file; the noun `webhooks` has a folder of its own. */
export function handlerFile({ run }: Pick<Route, "run">): string {
  return run.startsWith("webhooks/") ? `functions/${run}.ts` : `functions/http/${run}.ts`;
}

/** What the reference says of a route beyond its forms: `words.ts` in the folder of its noun. */
export const wordsFile = (route: Pick<Route, "run">): string => `${dirname(handlerFile(route))}/words.ts`;

function groupName({ run, uses, memoryMb, timeoutSeconds }: Route): string {
  const noun = run.slice(0, run.indexOf("/"));
  const grants = [...uses].sort().map((use) => use.slice(use.lastIndexOf(":") + 1));
  const size = [memoryMb && `${memoryMb}mb`, timeoutSeconds && `${timeoutSeconds}s`].filter(Boolean);
  // A hook's function is the one that shops feel first; its name stays short for alarms and settings.
  return noun === "webhooks" ? noun : [noun, ...grants, ...size].join("-");
}
