/**
 * "Who may what" of the contract, route by route, written apart from the wiring on purpose: a role that is wrong there
 * is wrong here. `anyone` needs no token; `key` is a store's key, live or test.
 */

const STAFF = "owner manager marketer finance";

/** Who may use a route. */
export const MAY: Readonly<Record<string, string>> = {
  "POST /v1/stores": "owner",
  "GET /v1/stores": STAFF,
  "GET /v1/stores/{storeId}": STAFF,
  "PATCH /v1/stores/{storeId}": "owner",
  "GET /v1/stores/{storeId}/health": "owner manager",
  "POST /v1/stores/{storeId}/keys": "owner",
  "DELETE /v1/stores/{storeId}/keys/{keyId}": "owner",
  "POST /v1/hooks": "owner",
  "GET /v1/hooks": "owner",
  "PATCH /v1/hooks/{hookId}": "owner",
  "DELETE /v1/hooks/{hookId}": "owner",
  "POST /v1/hooks/{hookId}": "anyone",
  "GET /v1/hooks/{hookId}": "anyone",
  "POST /v1/orders": "owner manager key",
  "GET /v1/orders": "owner manager finance key",
  "GET /v1/orders/{orderId}": "owner manager finance key",
  "GET /v1/orders/{orderId}/history": "owner manager finance key",
  "POST /v1/orders/{orderId}/stage": "owner manager key",
  "POST /v1/orders/{orderId}/payments": "owner finance key",
  "POST /v1/orders/{orderId}/refunds": "owner finance",
  "GET /v1/customers": `${STAFF} key`,
  "POST /v1/customers": "owner manager marketer key",
  "GET /v1/customers/{customerId}": `${STAFF} key`,
  "PATCH /v1/customers/{customerId}": "owner manager marketer key",
  "GET /v1/customers/{customerId}/timeline": `${STAFF} key`,
  "GET /v1/customers/{customerId}/why": "owner manager marketer",
  "GET /v1/messages": "owner manager marketer",
  "GET /v1/mismatches": "owner finance",
  "GET /v1/mismatches/{mismatchId}": "owner finance",
  "POST /v1/mismatches/{mismatchId}/resolve": "owner finance",
  "GET /v1/metrics": STAFF,
  "GET /v1/metrics/{name}": STAFF,
  "GET /v1/quarantine": "owner manager",
  "GET /v1/quarantine/{quarantineId}": "owner manager",
  "POST /v1/quarantine/{quarantineId}/replay": "owner manager",
  "POST /v1/quarantine/{quarantineId}/dismiss": "owner manager",
  "GET /openapi.json": "anyone",
  "GET /docs": "anyone",
  "GET /docs/{asset}": "anyone",
  "GET /health": "anyone",
};

/** Whom a principal counts as; `nobody` has no credentials that are good. */
export type CountsAs = "owner" | "manager" | "marketer" | "finance" | "key" | "publishable" | "known" | "nobody";

/** What the gate answers: through, not allowed, or who are you. */
export function statusFor(on: string, who: CountsAs): 200 | 401 | 403 {
  const allowed = (MAY[on] ?? "").split(" ");
  if (allowed.includes("anyone") || allowed.includes(who)) return 200;
  return who === "nobody" ? 401 : 403;
}
