/** Which fields an answer has, and who does not see some of them; written apart from what makes the answers. */
export interface Sees {
  /** Every leaf of the answer: `a.b`, `items[].c`. What an event holds is looked at as a whole (`data`). */
  all: string[];
  /** Beginnings of what somebody who may ask does not see. */
  hidden?: Partial<Record<"owner" | "manager" | "marketer" | "finance" | "key", string[]>>;
}

const words = (text: string) => text.trim().split(/\s+/);
const below = (name: string, text: string) => words(text).map((leaf) => `${name}.${leaf}`);
const money = (names: string) => words(names).flatMap((name) => below(name, "amountMinor currency"));
const page = (leaves: string[]) => ["nextCursor", ...leaves.map((leaf) => `items[].${leaf}`)];

const store = words("country currency id legalEntity locale name openedAt platform timeZone version");
const keyAndHooks = words("keys[].active keys[].id keys[].mode hooks[].id hooks[].provider");

const orderSummary = [
  ...words("automations customerId externalId fulfillmentStatus id number orderMethod paymentStatus paymentTiming"),
  ...words("placedAt stage status storeId test updatedAt version"),
  ...money("due paid refunded total payments[].amount refunds[].amount"),
  ...below("payments[]", "basis capturedAt counted externalId provider"),
  ...below("refunds[]", "basis counted externalId provider refundedAt"),
  ...below("shipments[]", "externalId shippedAt status units"),
];
const order = [
  ...orderSummary,
  ...words("couponCode note paymentMethod shipping.method"),
  ...below("customer", "birthDate email externalId firstName gender lastName locale phone company.name company.taxId"),
  ...below("customer.consents[]", "at channel granted purpose source"),
  ...words("lines[].name lines[].quantity"),
  ...money("lines[].unitPrice shipping.price discount tax"),
  ...below("shipping.address", "city country line1 line2 postalCode region"),
  ...words("source.clientId source.referrer source.utm.campaign source.utm.source"),
];

const customer = [
  ...words("birthDate createdAt emails[] firstName gender id lastName lifecycleStage locale loyalty phones[] tags[]"),
  ...words("version company.name company.taxId"),
  ...below("consents[]", "at channel granted purpose source"),
  ...below("identities[]", "kind storeId value"),
  ...below("stats", "daysBetweenOrders firstOrderAt lastOrderAt orders paidOrders"),
  ...money("stats.averageOrderValue[] stats.revenue[]"),
];
/** Marketing works with people, not with their money. */
const payments = ["stats.paidOrders", "stats.revenue", "stats.averageOrderValue"];

const message = words("at channel customerId id orderId purpose requestedAt status storeId template test to variant");
const mismatch = [...words("id kind openedAt orderId severity status storeId version"), ...money("actual expected")];
const event = words("actor.id actor.kind at data eventId type");
const quarantine = words(
  "at dismissedAt hookId id note provider reason replays size source status storeId subject topic version",
);

/** A line for every route under /v1 that is read. */
export const SEES: Readonly<Record<string, Sees>> = {
  "GET /v1/stores": { all: page(store) },
  "GET /v1/stores/{storeId}": { all: store },
  "GET /v1/stores/{storeId}/health": {
    all: [...keyAndHooks, ...words("countsAreLowerBounds lastOrderAt openMismatches quarantined storeId")],
  },
  "GET /v1/hooks": {
    all: page([...words("connectedAt id previousSecretUntil provider storeId url version"), "settings.shopDomain"]),
  },
  "GET /v1/orders": { all: page(orderSummary) },
  "GET /v1/orders/{orderId}": { all: order },
  "GET /v1/orders/{orderId}/history": { all: page([...event, "note"]) },
  "GET /v1/customers": { all: page(customer), hidden: { marketer: payments.map((name) => `items[].${name}`) } },
  "GET /v1/customers/{customerId}": { all: customer, hidden: { marketer: payments } },
  "GET /v1/customers/{customerId}/timeline": { all: page([...event, "storeId"]) },
  "GET /v1/customers/{customerId}/why": {
    all: [
      ...below("items[]", "at messageId orderId status template variant"),
      ...below("items[].gates[]", "asks gate passes"),
      ...below("items[].variants[]", "chosen purpose variant"),
    ],
  },
  "GET /v1/messages": { all: page(message) },
  "GET /v1/mismatches": { all: page(mismatch) },
  "GET /v1/mismatches/{mismatchId}": { all: mismatch },
  "GET /v1/metrics": { all: page(words("definition dimensions[] name unit")) },
  "GET /v1/metrics/{name}": { all: words("asOf currency definition metric total.value unit") },
  "GET /v1/quarantine": { all: page(quarantine) },
  "GET /v1/quarantine/{quarantineId}": { all: quarantine },
};
