import { gunzipSync } from "node:zlib";
import * as z from "zod";
import { own } from "../../../domain/kernel/own.ts";
import { reject } from "../../../domain/kernel/rejection.ts";
import { fact } from "../../../events/values.ts";
import { route } from "../../shell/route.ts";
import { type DocsFiles, docsFiles } from "./files.ts";

/** Draws the reference; nothing is fetched but our own document. */
const START = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

const TYPES: Readonly<Record<string, string>> = {
  "swagger-ui.js": "text/javascript; charset=utf-8",
  "swagger-ui.css": "text/css; charset=utf-8",
  "start.js": "text/javascript; charset=utf-8",
};

/** A script or style of the API reference. */
export const handler = route({
  summary: "Get a script or style of the API reference.",
  path: z.strictObject({ asset: fact(z.string().max(100)) }),
  answers: { 200: z.string().meta({ contentMediaType: "text/javascript" }) },
  needs: { docsFiles },
  async run({ path: { asset }, event }, context) {
    const type = own(TYPES, asset);
    if (!type) reject("asset_not_found", "There is no such file.");
    const { body, ...encoding } = contentOf(asset, context.docsFiles, event.headers["accept-encoding"] ?? "");
    const caching = { "cache-control": "public, max-age=86400", vary: "accept-encoding" };
    const headers = { "content-type": type, "x-content-type-options": "nosniff", ...caching, ...encoding };
    return { status: 200, body, headers };
  },
});

interface Content {
  body: string | Buffer;
  "content-encoding"?: string;
}

/** As it was compressed when it was built, unless the client cannot read that. */
function contentOf(asset: string, files: DocsFiles, accepted: string): Content {
  if (asset === "start.js") return { body: START };
  const packed = files.read(`${asset}.gz`);
  return /\bgzip\b/.test(accepted) ? { body: packed, "content-encoding": "gzip" } : { body: gunzipSync(packed) };
}
