import type { KnownCustomer } from "../../domain/customer/customer.ts";
import { actNow } from "../../domain/journey/act-now.ts";
import { explainJourney, type JourneyExplanation } from "../../domain/journey/explain.ts";
import { journeyOf } from "../../domain/journey/presets/index.ts";
import { reject } from "../../domain/kernel/rejection.ts";
import { explain, type MessageExplanation } from "../../domain/message/explain.ts";
import { type KnownMessage, message } from "../../domain/message/message.ts";
import { templates } from "../../domain/message/templates/index.ts";
import type { Purchase } from "../../events/customer.ts";
import type { StoredEvent } from "../../events/event.ts";
import type { Instant } from "../../events/values.ts";
import { port } from "../shell/port.ts";
import { table } from "./dynamo.ts";
import { type Enrollments, enrollmentIdOf, enrollments } from "./enrollments.ts";
import { EVENT_PREFIX, list, stateKey } from "./keys.ts";
import { type MessageFactsReader, messageFacts } from "./message-facts.ts";
import { requestOf } from "./messages.ts";
import { pageOfEvents } from "./pages.ts";
import type { Table } from "./table.ts";

/** Messages or orders of one customer that an answer explains, newest first. */
export const EXPLAINED_MAX = 10;
const LISTED_MAX = 100;

interface Ports {
  table: Table;
  facts: MessageFactsReader;
  enrollments: Enrollments;
}

/** "Why did, or why didn't, this customer get it?" */
export class Explanations {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** The customer's messages of a template; without any, what would stand in its way for their latest order. */
  async ofTemplate(customerId: string, template: string, now: Instant): Promise<MessageExplanation[]> {
    if (!Object.hasOwn(templates, template)) reject("template_not_found", "There is no such template.");
    const customer = await this.#customer(customerId);
    const known = await this.#messages(customerId, template);
    const latest = customer.purchases.at(-1);
    const asked = known.map((state) => this.#explain(state, now));
    if (asked.length > 0 || !latest) return Promise.all(asked);
    return [await this.#explainUnasked(customerId, template, latest, now)];
  }

  /** The ways of the customer's latest orders through a journey. */
  async ofJourney(customerId: string, journeyId: string, now: Instant): Promise<JourneyExplanation[]> {
    const { purchases } = await this.#customer(customerId);
    const newest = journeyOf(journeyId);
    return Promise.all(
      purchases
        .slice(-EXPLAINED_MAX)
        .reverse()
        .map(async ({ orderId }) => {
          const state = await this.#ports.enrollments.find(enrollmentIdOf(journeyId, orderId));
          const facts = await this.#ports.enrollments.factsOf(orderId, customerId, now);
          if (state) return explainJourney(journeyOf(journeyId, state.version), state, facts);
          const event = await this.#firstOf(orderId, newest.trigger.event);
          return explainJourney(newest, { status: "absent" }, facts, event);
        }),
    );
  }

  async #customer(customerId: string): Promise<KnownCustomer> {
    const item = await this.#ports.table.get(stateKey.customer(customerId));
    if (!item) reject("customer_not_found", "There is no such customer.");
    return item.state as KnownCustomer;
  }

  async #messages(customerId: string, template: string): Promise<KnownMessage[]> {
    const range = { index: "gsi4" as const, pk: list.messagesOfCustomer(customerId), newestFirst: true };
    const page = await this.#ports.table.query({ ...range, limit: LISTED_MAX });
    const items = await this.#ports.table.getMany(page.items.map(({ pk, sk }) => ({ pk, sk })));
    return items
      .map(({ state }) => state as KnownMessage)
      .filter(({ request }) => request.template === template)
      .sort((a, b) => (a.requestedAt < b.requestedAt ? 1 : -1))
      .slice(0, EXPLAINED_MAX);
  }

  /** The event of a type that an order's history begins with. */
  async #firstOf(orderId: string, type: string): Promise<StoredEvent | undefined> {
    const range = { from: EVENT_PREFIX, to: `${EVENT_PREFIX}~`, limit: 1 };
    const keeps = (event: StoredEvent) => event.type === type;
    const { items } = await pageOfEvents(this.#ports.table, { pk: stateKey.order(orderId).pk, ...range, keeps });
    return items[0];
  }

  async #explain(state: KnownMessage, now: Instant): Promise<MessageExplanation> {
    const { facts } = await this.#ports.facts.gather(state.request, state.requestedAt, now);
    return explain(state, facts);
  }

  /** The message that nobody asked for, in the form that it would have now. */
  async #explainUnasked(
    customerId: string,
    template: string,
    { orderId, storeId }: Purchase,
    now: Instant,
  ): Promise<MessageExplanation> {
    const act = actNow(template, await this.#ports.enrollments.factsOf(orderId, customerId, now));
    const { variant, passedOver } = act ?? {};
    const subject = { messageId: "msg_none", storeId, customerId, orderId, channel: "email", test: false } as const;
    const form = { template, ...(variant && { variant }), ...(passedOver && { passedOver }) };
    const { facts } = await this.#ports.facts.look(requestOf({ ...subject, ...form }), now, now);
    return explain(message.initial, facts);
  }
}

export const explanations = port("explanations", (runtime) => {
  return new Explanations({
    table: runtime.get(table),
    facts: runtime.get(messageFacts),
    enrollments: runtime.get(enrollments),
  });
});
