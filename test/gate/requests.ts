import type { As, Request } from "../support/http.ts";
import { PLACED_AT, uah } from "../support/samples.ts";
import { orderBody, type StoreIds } from "./merchant.ts";

/** A request that is right in all its parts, about the things of one store. */
export type Rightly = (ids: StoreIds) => Omit<Request, "as">;

const settings = { name: "Gamma", platform: "generic", currency: "UAH", timeZone: "Europe/Kyiv", country: "UA" };
const hook = { provider: "shopify", secret: "shpss_gamma", credentials: { token: "t" }, settings: {} };
const contact = {
  ...{ externalId: "c-9", email: "nina@example.com", phone: "050 333 44 55", firstName: "Nina", lastName: "Bondar" },
  ...{ locale: "uk", gender: "female", birthDate: "1990-04-12", company: { name: "TOV Kvitka", taxId: "12345678" } },
  consents: [{ channel: "email", purpose: "marketing", granted: true, at: PLACED_AT, source: "checkout" }],
};
const { externalId: _, email: __, phone: ___, consents: ____, ...card } = contact;
const order = orderBody("gamma", {
  ...{ number: "#9", updatedAt: PLACED_AT, status: "new", customer: contact, couponCode: "NOV10", note: "at the door" },
  shipping: {
    ...{ method: "nova_poshta", price: uah(80_00) },
    address: { country: "UA", region: "Kyiv", city: "Kyiv", line1: "Khreshchatyk 1", line2: "2", postalCode: "01001" },
  },
  ...{ discount: uah(0), tax: uah(0), paymentTiming: "prepaid", orderMethod: "site", automations: "all" },
  payments: [{ externalId: "p-9", provider: "manual", amount: uah(1_00), capturedAt: PLACED_AT }],
  fulfillments: [{ externalId: "f-9", status: "shipped", units: 1, shippedAt: PLACED_AT, carrier: "np" }],
  source: { utm: { source: "instagram", campaign: "nov" }, referrer: "https://example.com/", clientId: "GA1.2.3" },
});

/** One for every route under /v1, by the route. */
export const RIGHTLY: Readonly<Record<string, Rightly>> = {
  "POST /v1/stores": () => ({ path: "/v1/stores", body: { ...settings, url: "https://gamma.example", origins: [] } }),
  "GET /v1/stores": () => ({ path: "/v1/stores" }),
  "GET /v1/stores/{storeId}": ({ storeId }) => ({ path: `/v1/stores/${storeId}` }),
  "PATCH /v1/stores/{storeId}": ({ storeId }) => ({
    ...{ method: "PATCH", path: `/v1/stores/${storeId}` },
    body: { name: "Delta", legalEntity: "TOV Delta" },
  }),
  "GET /v1/stores/{storeId}/health": ({ storeId }) => ({ path: `/v1/stores/${storeId}/health` }),
  "POST /v1/stores/{storeId}/keys": ({ storeId }) => ({ path: `/v1/stores/${storeId}/keys`, body: { mode: "test" } }),
  "DELETE /v1/stores/{storeId}/keys/{keyId}": ({ storeId, keyId }) => ({
    ...{ method: "DELETE", path: `/v1/stores/${storeId}/keys/${keyId}` },
  }),
  "POST /v1/hooks": ({ storeId }) => ({ path: "/v1/hooks", body: { ...hook, storeId } }),
  "GET /v1/hooks": ({ storeId }) => ({ path: `/v1/hooks?storeId=${storeId}` }),
  "PATCH /v1/hooks/{hookId}": ({ hookId }) => ({
    ...{ method: "PATCH", path: `/v1/hooks/${hookId}`, body: { secret: "s2", settings: { shopDomain: "k.shop" } } },
  }),
  "DELETE /v1/hooks/{hookId}": ({ hookId }) => ({ method: "DELETE", path: `/v1/hooks/${hookId}` }),
  "POST /v1/hooks/{hookId}": ({ hookId }) => ({ path: `/v1/hooks/${hookId}`, body: {} }),
  "GET /v1/hooks/{hookId}": ({ hookId }) => ({ path: `/v1/hooks/${hookId}` }),
  "POST /v1/orders": ({ storeId }) => ({ path: "/v1/orders", body: { ...order, storeId } }),
  "GET /v1/orders": ({ storeId, customerId }) => ({
    path: `/v1/orders?storeId=${storeId}&customerId=${customerId}&stage=approval`,
  }),
  "GET /v1/orders/{orderId}": ({ orderId }) => ({ path: `/v1/orders/${orderId}` }),
  "GET /v1/orders/{orderId}/history": ({ orderId }) => ({ path: `/v1/orders/${orderId}/history` }),
  "POST /v1/orders/{orderId}/stage": ({ orderId }) => ({
    ...{ path: `/v1/orders/${orderId}/stage`, body: { stage: "processing", note: "by hand" } },
  }),
  "POST /v1/orders/{orderId}/payments": ({ orderId }) => ({
    path: `/v1/orders/${orderId}/payments`,
    body: { externalId: "p-8", provider: "manual", amount: uah(1), capturedAt: PLACED_AT },
  }),
  "POST /v1/orders/{orderId}/refunds": ({ orderId }) => ({
    path: `/v1/orders/${orderId}/refunds`,
    body: { mode: "record", amount: uah(1), reason: "other", externalId: "r-8", note: "by bank" },
  }),
  "GET /v1/customers": ({ storeId }) => ({ path: `/v1/customers?storeId=${storeId}` }),
  "POST /v1/customers": ({ storeId }) => ({ path: "/v1/customers", body: { ...contact, storeId } }),
  "GET /v1/customers/{customerId}": ({ customerId }) => ({ path: `/v1/customers/${customerId}` }),
  "PATCH /v1/customers/{customerId}": ({ customerId }) => ({
    ...{ method: "PATCH", path: `/v1/customers/${customerId}`, body: { ...card, tags: ["vip", "b2b"] } },
  }),
  "GET /v1/customers/{customerId}/timeline": ({ customerId }) => ({ path: `/v1/customers/${customerId}/timeline` }),
  "GET /v1/customers/{customerId}/why": ({ customerId }) => ({
    path: `/v1/customers/${customerId}/why?template=order-confirmation`,
  }),
  "GET /v1/messages": ({ orderId }) => ({ path: `/v1/messages?orderId=${orderId}` }),
  "GET /v1/mismatches": ({ storeId }) => ({ path: `/v1/mismatches?storeId=${storeId}` }),
  "GET /v1/mismatches/{mismatchId}": ({ mismatchId }) => ({ path: `/v1/mismatches/${mismatchId}` }),
  "POST /v1/mismatches/{mismatchId}/resolve": ({ mismatchId }) => ({
    ...{ path: `/v1/mismatches/${mismatchId}/resolve`, body: { booking: "6011", note: "settled" } },
  }),
  "GET /v1/metrics": () => ({ path: "/v1/metrics" }),
  "GET /v1/metrics/{name}": ({ storeId }) => ({ path: `/v1/metrics/revenue?storeId=${storeId}` }),
  "GET /v1/quarantine": ({ storeId }) => ({ path: `/v1/quarantine?storeId=${storeId}&status=dismissed` }),
  "GET /v1/quarantine/{quarantineId}": ({ quarantineId }) => ({ path: `/v1/quarantine/${quarantineId}` }),
  "POST /v1/quarantine/{quarantineId}/replay": ({ quarantineId }) => ({
    ...{ method: "POST", path: `/v1/quarantine/${quarantineId}/replay` },
  }),
  "POST /v1/quarantine/{quarantineId}/dismiss": ({ quarantineId }) => ({
    ...{ path: `/v1/quarantine/${quarantineId}/dismiss`, body: { note: "answered by letter" } },
  }),
};

/** A principal of staff who may use a route, by its row. */
export const staffFor = (row: string): As => (row.includes("owner") ? "owner" : null);
