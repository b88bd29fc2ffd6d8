import type { Mismatch } from "../../domain/mismatch/mismatch.ts";
import type { Request, Response } from "../support/http.ts";
import { type SenderName, senders, signedBy } from "../support/providers.ts";
import { Cloud } from "./cloud.ts";
import type { OrderSaid } from "./facts.ts";
import { captureSayable, orderSayable, refundSayable, type Sayable, type Shop } from "./speak.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ATTEMPTS_MAX = 4;
/** A slow day: outside calls take minutes, so that long work does not fit one invocation. */
const SLOW_MS = 4 * MINUTE_MS;
const JUNK_BYTES = 300_000;
const TOO_OFTEN = 429;
/** More requests than one caller may send in two windows of the limit. */
const HURRIED = 22;

const uah = (amountMinor: number) => ({ amountMinor, currency: "UAH" });
const at = (second: number) => `2026-11-20T11:${String(second).padStart(2, "0")}:00.000Z`;

/** A shop on a stage where nothing goes wrong but what a test wants; its people come again when nobody answers. */
export class Stage {
  readonly cloud: Cloud;
  readonly shop: Shop = { storeId: "", currency: "UAH", hooks: {}, secrets: {} };
  #requests = 0;

  /** `placed`: each outside call tells which lines of the code it came from. */
  constructor(placed: boolean) {
    this.cloud = new Cloud(1, { placed });
  }

  /** Asks until there is an answer. */
  async ask(noun: string, request: (now: string) => Request): Promise<Response> {
    const { cloud } = this;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const answer = await cloud.loop.finish(cloud.ask(noun, request(cloud.loop.now())));
      if (answer.status < 500 && answer.status !== TOO_OFTEN) return answer;
      await cloud.loop.pass(1_000 * Number(answer.headers["retry-after"] ?? 1));
    }
    throw new Error(`Nobody answers ${noun}.`);
  }

  /** A member of the staff sends something, with a key of its own that a repeated request carries too. */
  send(noun: string, path: string, body: unknown, method = "POST"): Promise<Response> {
    this.#requests += 1;
    const headers = { "idempotency-key": `stage-${this.#requests}` };
    return this.ask(noun, () => ({ method, path, as: "owner", headers, ...(body !== undefined && { body }) }));
  }

  say({ noun, request }: Sayable): Promise<Response> {
    return this.ask(noun, request);
  }

  async open(...providers: SenderName[]): Promise<void> {
    const settings = { name: "Kvitka", platform: "generic", currency: "UAH", timeZone: "Europe/Kyiv", country: "UA" };
    this.shop.storeId = (await this.send("stores", "/v1/stores", settings)).body.id;
    for (const provider of providers) {
      const hook = { storeId: this.shop.storeId, provider, secret: senders[provider].secret };
      this.shop.hooks[provider] = (await this.send("hooks", "/v1/hooks", hook)).body.id;
    }
  }

  /** An order of 100.00 that a shop tells of. */
  order(order: string, by: OrderSaid["by"] = "api", more: Pick<OrderSaid, "transaction"> = {}): Promise<Response> {
    const told = { kind: "order", store: "stage", by, order, placedAt: at(1), updatedAt: at(1), ...more } as const;
    const said = { ...told, totalMinor: 100_00, timing: "prepaid", automations: "all", payments: [] } as const;
    return this.say(orderSayable(this.shop, said, { email: "anna@example.com", phone: "+380671112233" }));
  }

  capture(id: string, order: string, amountMinor: number): Promise<Response> {
    const said = { kind: "capture", store: "stage", by: "stripe", id, order, at: at(2), ...uah(amountMinor) } as const;
    return this.say(captureSayable(this.shop, said));
  }

  refund(payment: string, order: string, amountMinor: number): Promise<Response> {
    const said = { kind: "refund", store: "stage", by: "stripe", id: "re_stage", order, payment, at: at(3) } as const;
    return this.say(refundSayable(this.shop, { ...said, ...uah(amountMinor) }));
  }

  /** Takes up what the shop would not deliver again, and was kept. */
  async takeUp(how: "replay" | "dismiss", said?: object): Promise<void> {
    const { body } = await this.ask("quarantine", () => ({ path: "/v1/quarantine?status=kept", as: "owner" }));
    for (const { id } of body.items) await this.send("quarantine", `/v1/quarantine/${id}/${how}`, said);
  }

  /** All that is under way ends. */
  rest(): Promise<void> {
    return this.cloud.loop.rest(HOUR_MS);
  }

  async pass(ms: number): Promise<void> {
    await this.rest();
    await this.cloud.loop.pass(ms);
    await this.rest();
  }

  /** Ids of the mismatches that are what is wanted. */
  mismatches(status: Mismatch["status"]): string[] {
    const items = this.cloud.table.memory.items().filter(({ pk, sk }) => sk === "state" && pk.startsWith("mismatch#"));
    return items.filter(({ state }) => (state as Mismatch).status === status).map(({ pk }) => pk.slice(9));
  }
}

/** A story that writes; what comes before it goes well. */
export interface WritePath {
  name: string;
  before(stage: Stage): Promise<unknown>;
  act(stage: Stage): Promise<unknown>;
}

const setting: WritePath[] = [
  {
    name: "a store and its key",
    before: async () => undefined,
    async act(stage) {
      await stage.open();
      const path = `/v1/stores/${stage.shop.storeId}`;
      await stage.send("stores", path, { name: "Kvitka 2" }, "PATCH");
      const { body } = await stage.send("stores", `${path}/keys`, { mode: "live" });
      await stage.send("stores", `${path}/keys/${body.id}`, undefined, "DELETE");
    },
  },
  {
    name: "a hook",
    before: (stage) => stage.open(),
    async act(stage) {
      const hook = { storeId: stage.shop.storeId, provider: "stripe", secret: "whsec_1" };
      const { body } = await stage.send("hooks", "/v1/hooks", hook);
      await stage.send("hooks", `/v1/hooks/${body.id}`, { secret: "whsec_2" }, "PATCH");
      await stage.send("hooks", `/v1/hooks/${body.id}`, undefined, "DELETE");
    },
  },
  {
    name: "a caller in a hurry, who is asked to wait",
    before: (stage) => stage.open(),
    async act(stage) {
      const path = `/v1/stores/${stage.shop.storeId}`;
      for (let nth = 1; nth <= HURRIED; nth += 1) await stage.send("stores", path, { name: `Kvitka ${nth}` }, "PATCH");
    },
  },
  {
    name: "a person",
    before: (stage) => stage.open(),
    async act(stage) {
      const person = { storeId: stage.shop.storeId, email: "anna@example.com", phone: "067 111 22 33" };
      const { body } = await stage.send("customers", "/v1/customers", person);
      await stage.send("customers", `/v1/customers/${body.id}`, { firstName: "Anna", tags: ["vip"] }, "PATCH");
      await stage.rest();
    },
  },
];

const selling: WritePath[] = [
  {
    name: "an order that is paid, given back and moved",
    before: (stage) => stage.open(),
    async act(stage) {
      const { body } = await stage.order("1001");
      await stage.rest();
      const path = `/v1/orders/${body.id}`;
      const payment = { externalId: "p-1", provider: "manual", amount: uah(100_00), capturedAt: at(2) };
      await stage.send("orders", `${path}/payments`, payment);
      await stage.rest();
      const refund = { mode: "record", amount: uah(40_00), reason: "returned", externalId: "r-1", refundedAt: at(3) };
      await stage.send("orders", `${path}/refunds`, refund);
      await stage.send("orders", `${path}/stage`, { stage: "completed", note: "by hand" });
      await stage.rest();
    },
  },
  {
    name: "an unpaid order that is reminded of",
    before: (stage) => stage.open(),
    async act(stage) {
      await stage.order("1001");
      await stage.pass(25 * HOUR_MS);
    },
  },
  {
    name: "an order whose reminder finds the machine out of order, until an operator brings its entry back",
    before: (stage) => stage.open(),
    async act(stage) {
      stage.cloud.machine.outages = 1;
      await stage.order("1001");
      await stage.pass(2 * HOUR_MS);
    },
  },
  {
    name: "an address that bounces",
    async before(stage) {
      await stage.open();
      stage.cloud.post.closed.set("anna@example.com", { bounced: () => undefined, known: () => undefined });
    },
    async act(stage) {
      await stage.order("1001");
      await stage.rest();
    },
  },
];

const money: WritePath[] = [
  {
    name: "a payment before its order, and too much of it",
    before: (stage) => stage.open("shopify", "stripe"),
    async act(stage) {
      await stage.capture("pi_1", "700001", 120_00);
      await stage.order("700001", "shopify");
      await stage.pass(20 * MINUTE_MS);
      const [open] = stage.mismatches("open");
      await stage.send("mismatches", `/v1/mismatches/${open}/resolve`, { booking: "B-1", note: "kept as a tip" });
      await stage.rest();
    },
  },
  {
    name: "a payment of which only the platform knows the order",
    before: (stage) => stage.open("woocommerce", "stripe"),
    async act(stage) {
      await stage.capture("pi_000007", "", 100_00);
      await stage.order("700001", "woocommerce", { transaction: "pi_000007" });
      await stage.takeUp("replay");
      await stage.pass(20 * MINUTE_MS);
    },
  },
  {
    name: "payments that a store vouches for, and of which their provider names no order",
    before: (stage) => stage.open("stripe"),
    async act(stage) {
      const paid = { provider: "stripe", amount: uah(50_00), capturedAt: at(2) };
      const said = { externalId: "1001", placedAt: at(1), lines: [{ name: "Tea", unitPrice: uah(100_00) }] };
      const more = { storeId: stage.shop.storeId, total: uah(100_00), payments: [{ ...paid, externalId: "pi_1" }] };
      const { body } = await stage.send("orders", "/v1/orders", { ...said, ...more });
      await stage.send("orders", `/v1/orders/${body.id}/payments`, { ...paid, externalId: "pi_2" });
      for (const payment of ["pi_1", "pi_2"]) await stage.refund(payment, "", 40_00);
      await stage.pass(20 * MINUTE_MS);
    },
  },
  {
    name: "too much money that goes back within its grace",
    before: (stage) => stage.open("shopify", "stripe"),
    async act(stage) {
      await stage.order("700001", "shopify");
      await stage.capture("pi_1", "700001", 120_00);
      await stage.rest();
      const [suspected] = stage.mismatches("suspected");
      // A wake-up that comes too early is planned anew.
      stage.cloud.queue("settle-mismatch").send({ mismatchId: suspected });
      await stage.rest();
      await stage.refund("pi_1", "700001", 20_00);
      await stage.pass(20 * MINUTE_MS);
    },
  },
  {
    name: "waits whose schedules are lost",
    before: (stage) => stage.open("stripe"),
    async act(stage) {
      stage.cloud.post.busyFor = 1;
      await stage.order("1001");
      await stage.order("1002");
      await stage.capture("pi_1", "1002", 120_00);
      await stage.rest();
      stage.cloud.schedules.forget();
      await stage.pass(26 * HOUR_MS);
    },
  },
];

const keeping: WritePath[] = [
  {
    name: "a delivery that cannot be used, another look at it, and its dismissal",
    before: (stage) => stage.open("shopify"),
    async act(stage) {
      const said = { topic: "orders/create", body: { junk: "x".repeat(JUNK_BYTES) } };
      await stage.ask("webhooks", (now) => {
        const { headers, raw } = signedBy("shopify", said, now);
        return { method: "POST", path: `/v1/hooks/${stage.shop.hooks.shopify}`, headers, body: raw };
      });
      await stage.takeUp("replay");
      await stage.takeUp("dismiss", { note: "asked the shop" });
      await stage.rest();
    },
  },
  {
    name: "metrics that are wrong, on a slow night",
    async before(stage) {
      await stage.open();
      await stage.order("1001");
      await stage.rest();
    },
    async act({ cloud }) {
      const metric = cloud.table.memory.items().find(({ pk }) => pk.startsWith("metric#"));
      if (metric)
        await cloud.table.memory.write([{ add: { pk: metric.pk, sk: metric.sk }, sums: { "orders:UAH": 7 } }]);
      cloud.loop.latencyMaxMs = SLOW_MS;
      await cloud.loop.pass(20 * HOUR_MS);
      cloud.loop.latencyMaxMs = 1;
    },
  },
];

/** Every way in which something is written. */
export const writePaths: readonly WritePath[] = [...setting, ...selling, ...money, ...keeping];
