import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import type { Entry } from "../../functions/shell/dispatch.ts";
import { route } from "../../functions/shell/route.ts";
import { routes } from "../../infra/wiring.ts";
import { call } from "../support/http.ts";
import { type World, world } from "../support/world.ts";
import { AUDIENCE, type Issuer, openIssuer } from "./issuer.ts";
import { MAY, statusFor } from "./may.ts";
import { keepKeys, type Principal, principalsOf } from "./principals.ts";

/** Behind the gate there is nothing: whoever passes it gets a 200. */
const open = route({
  summary: "Nothing.",
  path: z.record(z.string(), z.string()),
  query: z.record(z.string(), z.string()),
  answers: { 200: z.undefined() },
  run: async () => ({ status: 200 }),
});
const gates: Record<string, Entry> = Object.fromEntries(
  routes.map(({ on, roles, public: isPublic }) => [on, { route: open, roles: isPublic ? "public" : (roles ?? []) }]),
);

let issuer: Issuer;
let gate: World;
let principals: Principal[];

beforeAll(async () => {
  issuer = await openIssuer();
  gate = world({ env: { JWT_ISSUER: issuer.url, JWT_AUDIENCE: AUDIENCE } });
  await keepKeys(gate.table);
  principals = principalsOf(issuer);
});
afterAll(() => issuer.close());

const ask = (on: string, authorization: string | undefined, query = "") => {
  const [method = "", path = ""] = on.split(" ");
  const as = authorization === undefined ? null : { header: authorization };
  return call(gate.runtime, gates, { method, path: path.replace(/\{\w+\}/g, "x") + query, as });
};

describe("the authorization matrix", () => {
  it("has a row for every route, and no other", () => {
    expect(Object.keys(MAY).sort()).toEqual(routes.map(({ on }) => on).sort());
  });

  it.each(routes.map(({ on }) => on))("lets through %s exactly who may", async (on) => {
    const answered = [];
    for (const [name, , authorization] of principals) answered.push([name, (await ask(on, authorization)).status]);
    expect(answered).toEqual(principals.map(([name, who]) => [name, statusFor(on, who)]));
  });

  it("knows everybody by a name of their own, and most of them are nobody", () => {
    expect(new Set(principals.map(([name]) => name)).size).toBe(principals.length);
    expect(principals.filter(([, who]) => who === "nobody").length).toBeGreaterThan(60);
  });

  it("asks nobody but the issuer for keys, wherever a token says that they are", async () => {
    for (const [, , authorization] of principals) await ask("GET /v1/stores", authorization);
    expect([...new Set(issuer.asked)]).toEqual(["/.well-known/jwks.json"]);
  });

  it("keeps on knowing good tokens while bad ones ask for keys that are not there", async () => {
    const header = `Bearer ${issuer.token({ "cognito:groups": ["owner"] })}`;
    for (let kid = 0; kid < 20; kid += 1) {
      await ask("GET /v1/stores", `Bearer ${issuer.forged(issuer.byAttacker, { alg: "RS256", kid: `other-${kid}` })}`);
      expect((await ask("GET /v1/stores", header)).status).toBe(200);
    }
  });

  it("takes credentials from the one header, and from no query, cookie or header of another name", async () => {
    const token = issuer.token({ "cognito:groups": ["owner"] });
    const headers = { cookie: `token=${token}`, "x-api-key": token, "x-authorization": `Bearer ${token}` };
    const query = `?access_token=${token}&authorization=Bearer%20${token}`;
    expect((await ask("GET /v1/stores", undefined, query)).status).toBe(401);
    expect((await call(gate.runtime, gates, { path: "/v1/stores", headers })).status).toBe(401);
  });

  it("says no more than that a token or key is needed, and the same to everybody", async () => {
    const answers = [];
    for (const [, who, authorization] of principals) {
      if (who === "nobody") answers.push(await ask("GET /v1/stores", authorization));
    }
    const said = answers.map(({ body, headers }) => JSON.stringify([{ ...body, requestId: "" }, headers]));
    expect(new Set(said).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, body: { code: "not_authenticated" } });
    expect(answers[0]?.headers["www-authenticate"]).toBe('Bearer realm="kolo"');
  });

  it("logs nothing of what was brought", () => {
    expect(gate.logs).toEqual([]);
  });
});

/** No process listens here. */
const NOBODY = "http://127.0.0.1:2";

describe("an issuer that does not answer", () => {
  it("is our fault, and lets nobody in", async () => {
    const alone = world({ env: { JWT_ISSUER: NOBODY, JWT_AUDIENCE: AUDIENCE } });
    const as = { header: `Bearer ${issuer.token({ iss: NOBODY, "cognito:groups": ["owner"] })}` };
    expect(await call(alone.runtime, gates, { path: "/v1/stores", as })).toMatchObject({ status: 500 });
    expect(JSON.stringify(alone.logs)).not.toContain(as.header.slice("Bearer ".length));
  });
});
