import * as z from "zod";
import { route } from "../../shell/route.ts";
import { docsFiles } from "./files.ts";

/** The document of this API. */
export const handler = route({
  summary: "Get this document: OpenAPI 3.1, generated from the routes when they were built.",
  answers: { 200: z.record(z.string(), z.unknown()) },
  needs: { docsFiles },
  async run(_, context) {
    const headers = { "cache-control": "public, max-age=300", "access-control-allow-origin": "*" };
    return { status: 200, body: context.docsFiles.read("openapi.json").toString("utf8"), headers };
  },
});
