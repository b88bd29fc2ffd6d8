import { randomUUID } from "node:crypto";
import type { AwsRequest, AwsResponse } from "./ports.ts";

/** An error in the form that the calling SDK client reads: JSON, query XML, S3's XML or REST JSON. */
export function errorResponse(request: AwsRequest, code: string, message: string, status?: number): AwsResponse {
  const requestId = randomUUID();
  const type = request.headers["content-type"] ?? "";
  if (request.headers["x-amz-target"] !== undefined) {
    const body = JSON.stringify({ __type: jsonType(request, code), message, Message: message });
    return { status: status ?? 400, headers: { "content-type": type, "x-amzn-requestid": requestId }, body };
  }
  const headers = { "content-type": "application/xml", "x-amzn-requestid": requestId };
  if (request.service === "s3") {
    const error = `<Code>${s3Code(code)}</Code><Message>${escapeXml(message)}</Message>`;
    const body = `<?xml version="1.0"?>\n<Error>${error}<RequestId>${requestId}</RequestId></Error>`;
    return { status: status ?? 403, headers, body };
  }
  if (type.startsWith("application/x-www-form-urlencoded")) {
    const error = `<Type>Sender</Type><Code>${s3Code(code)}</Code><Message>${escapeXml(message)}</Message>`;
    const body = `<ErrorResponse><Error>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { status: status ?? 403, headers, body };
  }
  return {
    status: status ?? 403,
    headers: { "content-type": "application/json", "x-amzn-errortype": code, "x-amzn-requestid": requestId },
    body: JSON.stringify({ message, Message: message }),
  };
}

/** DynamoDB qualifies its error names. */
function jsonType({ service }: AwsRequest, code: string): string {
  return service === "dynamodb" ? `com.amazon.coral.service#${code}` : code;
}

/** The XML protocols drop the word that the JSON ones add. */
function s3Code(code: string): string {
  return code === "AccessDeniedException" ? "AccessDenied" : code;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&]/g, (character) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;" })[character] ?? character);
}
