import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { call, type Request } from "../../../support/http.ts";
import { entriesOf } from "../../../support/routes.ts";
import { world } from "../../../support/world.ts";

const entries = await entriesOf("docs");
const built: Record<string, Buffer> = {
  "openapi.json": Buffer.from('{"openapi":"3.1.1"}'),
  "swagger-ui.js.gz": gzipSync("draw()"),
  "swagger-ui.css.gz": gzipSync("body{}"),
};

function site() {
  const docsFiles = { read: (name: string) => built[name] as Buffer };
  const { runtime } = world({ replaced: () => ({ docsFiles }) });
  return (request: Request) => call(runtime, entries, request);
}

describe("the API reference", () => {
  it("is open to everyone: page, document, health", async () => {
    const ask = site();
    expect(await ask({ path: "/health" })).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await ask({ path: "/openapi.json" })).toMatchObject({ status: 200, body: { openapi: "3.1.1" } });
    expect((await ask({ path: "/docs" })).headers["content-type"]).toBe("text/html; charset=utf-8");
  });

  it("loads nothing from elsewhere, and may not", async () => {
    const ask = site();
    const page = await ask({ path: "/docs" });
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address as string);
    expect(loaded.length).toBeGreaterThan(3);
    for (const path of loaded) expect((await ask({ path })).status, path).toBe(200);
    expect((await ask({ path: "/docs/start.js" })).text).toContain("validatorUrl: null");
  });

  it("sends its files as they were compressed, or plain to who cannot read that", async () => {
    const ask = site();
    const path = "/docs/swagger-ui.js";
    const packed = await ask({ path, headers: { "Accept-Encoding": "br, gzip" } });
    expect(packed.headers).toMatchObject({
      "content-encoding": "gzip",
      "content-type": "text/javascript; charset=utf-8",
    });
    const plain = await ask({ path });
    expect([plain.text, plain.headers["content-encoding"]]).toEqual(["draw()", undefined]);
    expect(gunzipSync(built["swagger-ui.js.gz"] as Buffer).toString()).toBe(plain.text);
  });

  it.each(["openapi.json", "constructor", "toString"])("has no other files, such as %s", async (name) => {
    const missing = await site()({ path: `/docs/${name}` });
    expect(missing).toMatchObject({ status: 404, body: { code: "asset_not_found" } });
  });
});
