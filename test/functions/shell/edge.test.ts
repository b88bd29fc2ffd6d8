import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import type { Entry } from "../../../functions/shell/dispatch.ts";
import { ORIGIN_HEADER } from "../../../functions/shell/edge.ts";
import { route } from "../../../functions/shell/route.ts";
import { DOUBT_MS } from "../../../functions/shell/secrets.ts";
import { call } from "../../support/http.ts";
import { world } from "../../support/world.ts";

const HOST = "crm.shop.example";
const slots = { current: "", previous: "" };
let reads = 0;
let server: Server;
let locked: Record<string, string>;

/** Secrets Manager, as far as reading one goes. */
beforeAll(async () => {
  server = createServer((request, response) => {
    reads += 1;
    request.resume().on("end", () => response.end(JSON.stringify({ SecretString: JSON.stringify(slots) })));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  locked = { EDGE_HOST: HOST, EDGE_SECRET_ARN: "arn:origin", AWS_ENDPOINT_URL: url };
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  Object.assign(slots, { current: "one", previous: "" });
  reads = 0;
});

const echo = route({
  summary: "Shows what it got.",
  answers: { 200: z.strictObject({ headers: z.record(z.string(), z.string()) }) },
  run: async ({ event }) => ({ status: 200, body: { headers: event.headers } }),
});
const entries: Record<string, Entry> = { "GET /v1/things": { route: echo, roles: "public" } };
const asked = (runtime: ReturnType<typeof world>["runtime"], secret?: string) =>
  call(runtime, entries, { path: "/v1/things", headers: secret === undefined ? {} : { [ORIGIN_HEADER]: secret } });

describe("a deployment without an edge", () => {
  it("takes requests as they are", async () => {
    const { body } = await asked(world().runtime, "anything");
    expect(body.headers).toMatchObject({ host: "api.test", [ORIGIN_HEADER]: "anything" });
    expect(reads).toBe(0);
  });
});

describe("a deployment with an edge that is not locked", () => {
  it("takes every request, and knows itself by the edge's name", async () => {
    const { body } = await asked(world({ env: { EDGE_HOST: HOST } }).runtime);
    expect(body.headers.host).toBe(HOST);
    expect(reads).toBe(0);
  });
});

describe("a deployment behind a locked edge", () => {
  it("takes what comes by the edge, and shows its secret to no route", async () => {
    const { status, body } = await asked(world({ env: locked }).runtime, "one");
    expect(status).toBe(200);
    expect(body.headers).toEqual({ host: HOST });
  });

  it.each([
    ["nothing", undefined],
    ["an empty text", ""],
    ["a wrong one", "two"],
    ["a longer one", "onee"],
  ])("refuses %s in place of the secret", async (_, secret) => {
    const { status, body } = await asked(world({ env: locked }).runtime, secret);
    expect(status).toBe(403);
    expect(body).toMatchObject({ code: "not_by_the_edge" });
  });

  it("refuses no request while the secret changes", async () => {
    const { runtime, clock } = world({ env: locked });
    expect((await asked(runtime, "one")).status).toBe(200);
    Object.assign(slots, { current: "two", previous: "one" });
    clock.advance(DOUBT_MS);
    expect((await asked(runtime, "one")).status).toBe(200);
    expect((await asked(runtime, "two")).status).toBe(200);
    expect((await asked(runtime, "one")).status).toBe(200);
    Object.assign(slots, { current: "three", previous: "two" });
    clock.advance(DOUBT_MS);
    expect((await asked(runtime, "three")).status).toBe(200);
    expect((await asked(runtime, "one")).status).toBe(403);
  });

  it("reads the secret no more often because somebody guesses", async () => {
    const { runtime } = world({ env: locked });
    for (let guess = 0; guess < 50; guess += 1) await asked(runtime, `guess ${guess}`);
    expect(reads).toBe(1);
  });
});
