import * as z from "zod";
import { route } from "../../shell/route.ts";

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Kolo API</title>
  <link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
  <div id="reference"></div>
  <noscript>
    This page needs JavaScript; the document behind it is <a href="/openapi.json">/openapi.json</a>.
  </noscript>
  <script src="/docs/swagger-ui.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
`;

/** Nothing from elsewhere; the reference sets styles of its own and draws small pictures from data. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The API reference. */
export const handler = route({
  summary: "Read the API reference in a browser.",
  answers: { 200: z.string().meta({ contentMediaType: "text/html" }) },
  async run() {
    const headers = {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    };
    return { status: 200, body: PAGE, headers };
  },
});
