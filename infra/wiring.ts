import type { Consumer, JourneyTrigger, Role, Route, Schedule, StreamReader, Task, Use } from "./wiring-types.ts";

const READ: Use[] = ["table:read"];
const WRITE: Use[] = ["table:write"];

const OWNER: Role[] = ["owner"];
const STAFF: Role[] = ["owner", "manager", "marketer", "finance"];
const FINANCE: Role[] = ["owner", "finance"];
const PAYMENT_WRITERS: Role[] = ["key", ...FINANCE];
const MANAGERS: Role[] = ["owner", "manager"];
const MARKETERS: Role[] = [...MANAGERS, "marketer"];
const ORDER_WRITERS: Role[] = ["key", ...MANAGERS];
const ORDER_READERS: Role[] = [...ORDER_WRITERS, "finance"];
const CUSTOMER_READERS: Role[] = ["key", ...STAFF];
const CUSTOMER_WRITERS: Role[] = ["key", ...MARKETERS];

const STORE = "/v1/stores/{storeId}";
const HOOK = "/v1/hooks/{hookId}";
const ORDER = "/v1/orders/{orderId}";
const CUSTOMER = "/v1/customers/{customerId}";

const SEES_PEOPLE: Use[] = ["table:read", "secret:identity"];
const EXPLAINS: Use[] = [...SEES_PEOPLE, "setting:test-addresses", "setting:promo-code"];
const BRINGS_PEOPLE: Use[] = ["table:write", "secret:identity"];
const SEALS_SECRETS: Use[] = ["table:write", "secret:vault"];
const RECEIVES: Use[] = ["table:write", "bucket:write", "secret:identity", "secret:vault"];
const REPLAYS: Use[] = ["table:write", "bucket:read", "secret:identity", "secret:vault"];

/** Every way in over HTTPS. Routes of one noun with equal grants share a function. */
export const routes: Route[] = [
  { on: "POST /v1/stores", run: "stores/create-store", roles: OWNER, uses: WRITE },
  { on: "GET /v1/stores", run: "stores/list-stores", roles: STAFF, uses: READ },
  { on: `GET ${STORE}`, run: "stores/get-store", roles: STAFF, uses: READ },
  { on: `PATCH ${STORE}`, run: "stores/update-store", roles: OWNER, uses: WRITE },
  { on: `GET ${STORE}/health`, run: "stores/get-store-health", roles: MANAGERS, uses: READ },
  { on: `POST ${STORE}/keys`, run: "stores/create-key", roles: OWNER, uses: WRITE },
  { on: `DELETE ${STORE}/keys/{keyId}`, run: "stores/revoke-key", roles: OWNER, uses: WRITE },

  { on: "POST /v1/hooks", run: "hooks/create-hook", roles: OWNER, uses: SEALS_SECRETS },
  { on: "GET /v1/hooks", run: "hooks/list-hooks", roles: OWNER, uses: READ },
  { on: `PATCH ${HOOK}`, run: "hooks/update-hook", roles: OWNER, uses: SEALS_SECRETS },
  { on: `DELETE ${HOOK}`, run: "hooks/delete-hook", roles: OWNER, uses: SEALS_SECRETS },
  { on: `POST ${HOOK}`, run: "webhooks/receive", public: true, uses: RECEIVES },
  { on: `GET ${HOOK}`, run: "webhooks/receive", public: true, uses: RECEIVES },

  { on: "POST /v1/orders", run: "orders/place-order", roles: ORDER_WRITERS, uses: BRINGS_PEOPLE },
  { on: "GET /v1/orders", run: "orders/list-orders", roles: ORDER_READERS, uses: READ },
  { on: `GET ${ORDER}`, run: "orders/get-order", roles: ORDER_READERS, uses: READ },
  { on: `GET ${ORDER}/history`, run: "orders/get-order-history", roles: ORDER_READERS, uses: READ },
  { on: `POST ${ORDER}/stage`, run: "orders/move-order", roles: ORDER_WRITERS, uses: WRITE },
  { on: `POST ${ORDER}/payments`, run: "orders/record-payment", roles: PAYMENT_WRITERS, uses: WRITE },
  { on: `POST ${ORDER}/refunds`, run: "orders/request-refund", roles: FINANCE, uses: WRITE },

  { on: "GET /v1/customers", run: "customers/find-customers", roles: CUSTOMER_READERS, uses: SEES_PEOPLE },
  { on: "POST /v1/customers", run: "customers/create-customer", roles: CUSTOMER_WRITERS, uses: BRINGS_PEOPLE },
  { on: `GET ${CUSTOMER}`, run: "customers/get-customer", roles: CUSTOMER_READERS, uses: READ },
  { on: `PATCH ${CUSTOMER}`, run: "customers/update-customer", roles: CUSTOMER_WRITERS, uses: WRITE },
  { on: `GET ${CUSTOMER}/timeline`, run: "customers/get-timeline", roles: CUSTOMER_READERS, uses: READ },
  { on: `GET ${CUSTOMER}/why`, run: "messages/explain-message", roles: MARKETERS, uses: EXPLAINS },
  { on: "GET /v1/messages", run: "messages/list-messages", roles: MARKETERS, uses: READ },

  { on: "GET /v1/mismatches", run: "mismatches/list-mismatches", roles: FINANCE, uses: READ },
  { on: "GET /v1/mismatches/{mismatchId}", run: "mismatches/get-mismatch", roles: FINANCE, uses: READ },
  {
    on: "POST /v1/mismatches/{mismatchId}/resolve",
    run: "mismatches/resolve-mismatch",
    roles: FINANCE,
    uses: WRITE,
  },
  { on: "GET /v1/metrics", run: "metrics/list-metrics", roles: STAFF, uses: READ },
  { on: "GET /v1/metrics/{name}", run: "metrics/get-metric", roles: STAFF, uses: READ },

  { on: "GET /v1/quarantine", run: "quarantine/list-quarantine", roles: MANAGERS, uses: READ },
  { on: "GET /v1/quarantine/{quarantineId}", run: "quarantine/get-delivery", roles: MANAGERS, uses: READ },
  {
    on: "POST /v1/quarantine/{quarantineId}/replay",
    run: "quarantine/replay-delivery",
    roles: MANAGERS,
    uses: REPLAYS,
  },
  {
    on: "POST /v1/quarantine/{quarantineId}/dismiss",
    run: "quarantine/dismiss-delivery",
    roles: MANAGERS,
    uses: WRITE,
  },

  { on: "GET /openapi.json", run: "docs/get-openapi", public: true, uses: [] },
  { on: "GET /docs", run: "docs/get-docs", public: true, uses: [] },
  { on: "GET /docs/{asset}", run: "docs/get-asset", public: true, uses: [] },
  { on: "GET /health", run: "docs/get-health", public: true, uses: [] },
];

/** Every reaction to what happened: sources -> queue -> functions/consumers/<name>.ts. */
export const consumers: Consumer[] = [
  {
    name: "request-order-confirmation",
    events: ["order.placed"],
    where: { data: { messaging: ["all"] } },
    uses: WRITE,
  },
  {
    name: "send-message",
    events: ["message.requested", "message.resumed"],
    uses: ["table:write", "mail", "secret:identity", "setting:test-addresses"],
  },
  {
    name: "watch-mismatch",
    events: ["order.disagreed", "order.agreed", "payment.unmatched", "payment.matched"],
    uses: ["table:write", "wake:settle-mismatch", "cancel:settle-mismatch"],
  },
  { name: "settle-mismatch", wake: true, uses: ["table:write", "wake:settle-mismatch"] },
  { name: "alert-finance", events: ["mismatch.opened"], uses: ["table:read", "alerts"] },
  { name: "enter-journey", journeys: true, uses: ["journeys:start"] },
  { name: "exit-journey", events: ["order.paid", "order.cancelled"], uses: ["table:write", "journeys:cancel"] },
  { name: "record-mail-receipt", topic: "mail-receipts", uses: WRITE },
];

/** What starts a journey; whether its subject really enters is decided at the entry. */
export const journeys: JourneyTrigger[] = [
  {
    journeyId: "jrn_unpaid-reminder",
    events: ["order.placed"],
    where: {
      data: {
        messaging: ["all"],
        paymentTiming: ["prepaid"],
        paymentStatus: ["unpaid", "partially_paid", "partially_refunded", "refunded"],
      },
    },
  },
];

/** What the clock starts: functions/tasks/<name>.ts. */
export const schedules: Schedule[] = [
  {
    name: "sweep",
    every: "rate(15 minutes)",
    uses: ["table:write", "journeys:start", "wake:settle-mismatch"],
    timeoutSeconds: 300,
  },
  {
    name: "reconcile-metrics",
    every: "cron(0 3 * * ? *)",
    uses: ["table:write", "table:scan", "bucket:read", "bucket:write"],
    memoryMb: 1024,
    timeoutSeconds: 900,
    rounds: 20,
  },
];

/** What the state machines run: functions/tasks/<name>.ts. */
export const tasks: Task[] = [{ name: "run-stretch", uses: ["table:write", "journeys:wake", "setting:promo-code"] }];

const RECORDED = { eventName: ["INSERT"], dynamodb: { Keys: { sk: { S: [{ prefix: "event#" }] } } } };

/** The two readers of the table's stream: functions/stream/<name>.ts. */
export const streams: StreamReader[] = [
  {
    name: "publisher",
    // What a transaction recorded, unless all of it stays off the bus; items of a release before do not say.
    filters: [
      { ...RECORDED, dynamodb: { ...RECORDED.dynamodb, NewImage: { bus: { BOOL: [true] } } } },
      { ...RECORDED, dynamodb: { ...RECORDED.dynamodb, NewImage: { bus: { BOOL: [{ exists: false }] } } } },
    ],
    uses: ["bus"],
  },
  {
    name: "projector",
    filters: [
      { dynamodb: { Keys: { sk: { S: ["state"] }, pk: { S: [{ prefix: "order#" }, { prefix: "customer#" }] } } } },
    ],
    uses: WRITE,
    timeoutSeconds: 60,
  },
];
