import { describe, expect, it } from "vitest";
import * as z from "zod";
import { reject } from "../../../domain/kernel/rejection.ts";
import { BODY_MAX_BYTES, type Entry } from "../../../functions/shell/dispatch.ts";
import { ERRORS_SHOWN_MAX } from "../../../functions/shell/problem.ts";
import { route } from "../../../functions/shell/route.ts";
import { call, type Request } from "../../support/http.ts";
import { world } from "../../support/world.ts";

const Body = z.strictObject({
  name: z.string().max(5),
  count: z.int(),
  inner: z.strictObject({ "a/b": z.boolean(), list: z.array(z.int()).optional() }),
});
const sample = { name: "Olena", count: 1, inner: { "a/b": true } };

const thing = route({
  summary: "Changes a thing.",
  path: z.strictObject({ thingId: z.string().regex(/^thg_/) }),
  query: z.strictObject({ deep: z.enum(["yes", "no"]).optional() }),
  body: Body,
  answers: { 200: Body },
  guarded: true,
  run: async ({ body, caller, ifMatch, path, query }) => ({
    status: 200,
    body: { body, caller, ifMatch: ifMatch ?? null, path, query },
    version: 7,
  }),
});
const failing = (code: string, facts?: Record<string, unknown>) =>
  route({ summary: "Rejects.", answers: {}, run: async () => reject(code, "The business says no.", facts) });
const broken = route({
  summary: "Breaks.",
  answers: {},
  run: async () => {
    throw new Error("The password is hunter2.");
  },
});

const roles = ["owner", "key"] as const;
const entries: Record<string, Entry> = {
  "POST /v1/things/{thingId}": { route: thing, roles },
  "GET /v1/missing": { route: failing("thing_not_found"), roles },
  "GET /v1/refused": { route: failing("thing_taken", { leftMinor: 5 }), roles },
  "GET /v1/stale": { route: failing("stale_version"), roles },
  "GET /v1/broken": { route: broken, roles: "public" },
};

const { runtime, logs } = world();
const send = (request: Partial<Request> = {}) =>
  call(runtime, entries, { path: "/v1/things/thg_1", as: "owner", body: sample, ...request });
const get = (path: string, as: Request["as"] = "owner") => call(runtime, entries, { path, as });

describe("the gate", () => {
  it("lets through who may, with everything that was asked, and tells the version", async () => {
    const { status, body, headers } = await send({ path: "/v1/things/thg_1?deep=yes", as: { key: "sto_1" } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ body: sample, caller: { kind: "key", storeId: "sto_1" }, path: { thingId: "thg_1" } });
    expect(body.query).toEqual({ deep: "yes" });
    expect(headers).toMatchObject({ etag: '"7"', "cache-control": "no-store", "content-type": "application/json" });
  });

  it("answers 401 to no, bad and unknown credentials, and says how to come in", async () => {
    const bad = [
      "Basic abc",
      "Bearer",
      "Bearer not.a.token",
      "Bearer kolo_live_1_secretsecretsecretsecret",
      "Bearer kolo_pub_x",
    ];
    for (const as of [null, ...bad.map((header) => ({ header }))]) {
      const { status, body, headers } = await send({ as });
      expect([status, body.code]).toEqual([401, "not_authenticated"]);
      expect(headers["www-authenticate"]).toMatch(/^Bearer/);
    }
  });

  it("answers 403 to a role that may not, before it looks at the input", async () => {
    for (const as of ["manager", "marketer", "finance", { publishable: "sto_1" }] as const) {
      const { status, body } = await send({ as, body: "rubbish" });
      expect([status, body.code]).toEqual([403, "not_allowed"]);
    }
  });

  it("answers 404 where there is no route", async () => {
    expect((await get("/v1/nowhere")).body).toMatchObject({ status: 404, code: "route_not_found" });
  });
});

describe("a problem", () => {
  it("is problem+json with a type, a title, a sentence, a code and the request's id", async () => {
    const { status, headers, body } = await get("/v1/refused");
    expect(status).toBe(409);
    expect(headers["content-type"]).toBe("application/problem+json");
    expect(body).toEqual({
      type: "https://kolo.dev/problems/thing_taken",
      title: "Conflict",
      status: 409,
      detail: "The business says no.",
      code: "thing_taken",
      facts: { leftMinor: 5 },
      requestId: expect.stringMatching(/^req-/),
    });
  });

  it("is 404 for what is not there and 412 for what has changed", async () => {
    expect((await get("/v1/missing")).status).toBe(404);
    expect((await get("/v1/stale")).status).toBe(412);
  });

  it("is 500 without detail for a fault, which is logged", async () => {
    const { status, text } = await get("/v1/broken", null);
    expect(status).toBe(500);
    expect(text).not.toMatch(/hunter2/);
    expect(logs.at(-1)).toMatchObject({ level: "error", message: "A request failed." });
  });
});

describe("input that is wrong", () => {
  it("is answered with a pointer to every wrong field at once", async () => {
    const body = { name: "too long a name", inner: { list: [1, "two", 3.5], extra: 1 }, surprise: true, "s/l~sh": 1 };
    const { status, body: problem } = await send({ path: "/v1/things/no?deep=maybe&wide=1", body });
    expect([status, problem.code]).toEqual([400, "invalid_input"]);
    expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      "/count",
      "/inner/a~1b",
      "/inner/extra",
      "/inner/list/1",
      "/inner/list/2",
      "/name",
      "/path/thingId",
      "/query/deep",
      "/query/wide",
      "/surprise",
      "/s~1l~0sh",
    ]);
    for (const one of problem.errors)
      expect(one).toEqual({ pointer: one.pointer, code: expect.any(String), message: expect.any(String) });
  });

  it("names an absent field as required, whatever it should have been", async () => {
    const { body: problem } = await send({ path: "/v1/things/no?wide=1", body: { inner: { list: [null] } } });
    const required = problem.errors.filter(({ code }: { code: string }) => code === "required");
    expect(required.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      "/count",
      "/inner/a~1b",
      "/name",
    ]);
    expect(required[0].message).toBe("This field is required.");
  });

  it("names a thousand wrong fields at most, so that the answer stays small", async () => {
    const fields = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`field${index}`, 0]));
    const { status, body } = await send({ body: { ...fields, inner: fields } });
    expect([status, body.errors.length]).toEqual([400, ERRORS_SHOWN_MAX]);
  });

  it("is named by the beginning of its pointer, if that is long", async () => {
    const { body } = await send({ body: { ["k".repeat(10_000)]: 0 } });
    expect(body.errors.at(-1).pointer).toBe(`/${"k".repeat(299)}...`);
  });

  it("is a body that is no JSON, breaks its rules or is absent", async () => {
    const codes: [unknown, string][] = [
      ["{", "json_not_readable"],
      ["", "json_not_readable"],
      ['{"name":"a","name":"b"}', "json_duplicate_key"],
      ['{"__proto__":{}}', "json_forbidden_key"],
      [`${"[".repeat(33)}${"]".repeat(33)}`, "json_too_deep"],
      ['"\\ud800"', "json_not_unicode"],
      [Buffer.from([0x22, 0xff, 0x22]), "json_not_utf8"],
    ];
    for (const [body, code] of codes) {
      const { status, body: problem } = await send({ body });
      expect([status, problem.code], code).toEqual([400, code]);
    }
  });

  it("is refused where the gateway has put U+FFFD for bytes that are no UTF-8; escaped it is a character", async () => {
    const mended = Buffer.from([0x22, 0xff, 0x22]).toString("utf8");
    expect(await send({ body: mended })).toMatchObject({ status: 400, body: { code: "json_not_utf8" } });
    const escaped = JSON.stringify({ ...sample, name: "?" }).replace("?", "\\ufffd");
    expect(await send({ body: escaped })).toMatchObject({ status: 200, body: { body: { name: "\ufffd" } } });
  });

  it("is a list or a text where an object is asked for", async () => {
    for (const body of ["[]", '"text"', "null", "12"]) expect((await send({ body })).status, body).toBe(400);
  });

  it("is refused with 415 when it is not JSON or compressed", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]) {
      expect((await send({ headers: { "content-type": type } })).status, type).toBe(415);
    }
    expect((await send({ headers: { "content-encoding": "gzip" } })).status).toBe(415);
    expect((await send({ headers: { "Content-Type": "Application/JSON; charset=utf-8" } })).status).toBe(200);
  });

  it("is refused with 413 beyond its limit in bytes, however the gateway hands it over", async () => {
    const padded = (bytes: number) => JSON.stringify(sample).padEnd(bytes, " ");
    expect((await send({ body: padded(BODY_MAX_BYTES) })).status).toBe(200);
    expect((await send({ body: padded(BODY_MAX_BYTES + 1) })).status).toBe(413);
    expect((await send({ body: padded(BODY_MAX_BYTES + 1), base64: true })).status).toBe(413);
    expect((await send({ body: `"${"ї".repeat(BODY_MAX_BYTES / 2)}"` })).status).toBe(413);
  });

  it("is an If-Match that names no version of ours", async () => {
    expect((await send({ headers: { "if-match": '"7"' } })).body.ifMatch).toBe(7);
    expect((await send({ headers: { "if-match": 'W/"7"' } })).body.ifMatch).toBe(7);
    expect((await send({ headers: { "if-match": "*" } })).body.ifMatch).toBeNull();
    for (const header of ["7", '"abc"', '"7", "8"', '""']) {
      const headers = { "if-match": header };
      expect((await send({ headers })).status, header).toBe(412);
      expect((await call(runtime, entries, { path: "/v1/missing", as: "owner", headers })).status, header).toBe(404);
    }
  });
});

it("a body that the gateway encoded is read as it was sent", async () => {
  const { status, body } = await send({ body: Buffer.from(JSON.stringify({ ...sample, name: "Їжа" })) });
  expect([status, body.body.name]).toEqual([200, "Їжа"]);
});
