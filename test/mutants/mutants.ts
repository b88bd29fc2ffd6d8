/** A fault that somebody could make, planted by hand: in this file, this text becomes that one. */
export interface Mutant {
  fault: string;
  file: string;
  from: string;
  to: string;
}

const saving: Mutant[] = [
  {
    fault: "an aggregate is saved whatever its version is by now",
    file: "functions/table/aggregates.ts",
    from: "when: version === 0 ? { absent: true } : { equals: { version } }",
    to: "...(version < 0 && { when: { absent: true } })",
  },
  {
    fault: "a state is saved without what happened",
    file: "functions/table/aggregates.ts",
    from: "if (first) writes.push(",
    to: "if (first && events.length > 9) writes.push(",
  },
  {
    fault: "a new identity is taken although somebody has it",
    file: "functions/table/buyers.ts",
    from: "unit.also({ put, when: { absent: true } });",
    to: "unit.also({ put });",
  },
  {
    fault: "an idempotency key is good for any body",
    file: "functions/shell/idempotency.ts",
    from: "if (item.bodyHash !== mark.bodyHash) {",
    to: "if (item.bodyHash === undefined) {",
  },
  {
    fault: "what an order means for its card is not saved with it",
    file: "functions/table/order-purchases.ts",
    from: "if (order.events.length === 0) return;",
    to: "if (order.events.length < 9) return;",
  },
];

const numbers: Mutant[] = [
  {
    fault: "a ledger moves whatever it says by now",
    file: "functions/table/ledger-moves.ts",
    from: "when: from ? { equals: { version: from.version } } : { absent: true },",
    to: "",
  },
  {
    fault: "an older revision of a source moves its ledger back",
    file: "functions/table/ledger-moves.ts",
    from: "if (isChanged && !isTruth && latest.version <= known) return undefined;",
    to: "",
  },
  {
    fault: "the oldest state of a batch is taken for the newest",
    file: "functions/table/ledger-projection.ts",
    from: "(a && a.version >= b.version ? a : b)",
    to: "(a && a.version <= b.version ? a : b)",
  },
  {
    fault: "sources that could not be projected are not told",
    file: "functions/stream/projector.ts",
    from: "failures.has(source) ? [{ index, error: failures.get(source) }] : []",
    to: "failures.size < 0 ? [{ index, error: failures.get(source) }] : []",
  },
  {
    fault: "money is read through a float",
    file: "domain/kernel/money.ts",
    from: 'const amountMinor = Number(whole + fraction.slice(0, exponent).padEnd(exponent, "0"));',
    to: 'const amountMinor = Math.trunc(Number(whole + "." + fraction.slice(0, exponent)) * 10 ** exponent);',
  },
  {
    fault: "a day is the one of Greenwich",
    file: "functions/table/orders.ts",
    from: "day: dayOf(snapshot.placedAt, timeZone)",
    to: 'day: dayOf(snapshot.placedAt, "UTC")',
  },
  {
    fault: "test orders count",
    file: "functions/table/order-purchases.ts",
    from: "const counted = !view.cancelled && !state.test;",
    to: "const counted = !view.cancelled;",
  },
];

const facts: Mutant[] = [
  {
    fault: "an older version of a fact wins",
    file: "domain/kernel/facts.ts",
    from: "compareVersions(candidate, current) > 0",
    to: "compareVersions(candidate, current) < 0",
  },
  {
    fault: "a tie of versions is for who comes last",
    file: "domain/kernel/facts.ts",
    from: "compareText(a.hash, b.hash)",
    to: "1",
  },
  {
    fault: "a store's newer word of a payment overrules its provider's",
    file: "domain/payment/payment.ts",
    from: "signed: true as const",
    to: "signed: undefined",
  },
  {
    fault: "a payment that a store vouches for is not noted for its provider's word",
    file: "functions/table/order-changes.ts",
    from: "unit.also(...vouchWrites(order.state, events));",
    to: "vouchWrites(order.state, events);",
  },
  {
    fault: "a claim and the evidence of it are added",
    file: "domain/order/money-view.ts",
    from: "let covered = sumMinor(evidence);",
    to: "let covered = 0;",
  },
  {
    fault: "claims count although evidence is expected",
    file: "domain/order/money-view.ts",
    from: '!order.evidenceExpected || order.header.paymentTiming !== "prepaid"',
    to: "order.orderId.length > 0",
  },
  {
    fault: "a refund may be larger than what came in",
    file: "domain/order/refund.ts",
    from: "if (amount.amountMinor > leftMinor) {",
    to: "if (amount.amountMinor > leftMinor + 1) {",
  },
  {
    fault: "an e-mail in capitals is somebody else's",
    file: "domain/customer/identity.ts",
    from: '.normalize("NFC").trim().toLowerCase()',
    to: '.normalize("NFC").trim()',
  },
];

const money: Mutant[] = [
  {
    fault: "finance is told before the grace is over",
    file: "domain/mismatch/mismatch.ts",
    from: 'if (state.status !== "suspected" || at < state.dueAt) return [];',
    to: 'if (state.status !== "suspected") return [];',
  },
  {
    fault: "an open mismatch is opened again",
    file: "domain/mismatch/mismatch.ts",
    from: 'if (state.status === "suspected" || state.status === "open") return false;',
    to: 'if (state.status === "suspected") return false;',
  },
  {
    fault: "a mismatch is judged by an order that may have changed since",
    file: "functions/table/mismatch-watch.ts",
    from: "if (mismatch.events.length > 0 && stillTrue) unit.also(stillTrue);",
    to: "if (mismatch.events.length > 99 && stillTrue) unit.also(stillTrue);",
  },
];

const messages: Mutant[] = [
  {
    fault: "two senders hold one message",
    file: "functions/consumers/send-message.ts",
    from: "if (claimed.fence !== fence) throw",
    to: "if (claimed.fence === undefined) throw",
  },
  {
    fault: "marketing of a sender that died is sent again",
    file: "domain/message/message.ts",
    from: 'if (maybeSent && (delivery === "at_most_once" || verdict.kind === "skip")) {',
    to: 'if (maybeSent && verdict.kind === "skip") {',
  },
  {
    fault: "marketing whose answer was lost is tried again",
    file: "domain/message/message.ts",
    from: 'const again = delivery === "at_least_once" && { retryAt };',
    to: "const again = { retryAt };",
  },
  {
    fault: "silence is permission",
    file: "domain/message/gates/consent.ts",
    from: "hasConsent(customer, channel, purpose)",
    to: "!hasWithdrawn(customer, channel, purpose)",
  },
  {
    fault: "an address that bounced is messaged",
    file: "domain/message/gates/suppression.ts",
    from: "suppressed ? {",
    to: "suppressed === undefined ? {",
  },
  {
    fault: "buyers of imported history are messaged",
    file: "domain/message/gates/automations.ts",
    from: 'if (!order || order === "gone" || order.messaging === "all") return undefined;',
    to: 'if (!order || order === "gone" || order.messaging !== "none") return undefined;',
  },
  {
    fault: "a message is sent again although it was sent",
    file: "domain/message/message.ts",
    from: `    case "unknown":
      return state.retryAt !== undefined && at >= state.retryAt;
    default:
      return false;`,
    to: `    case "unknown":
      return state.retryAt !== undefined && at >= state.retryAt;
    default:
      return true;`,
  },
];

const journeys: Mutant[] = [
  {
    fault: "a wake-up ends any wait",
    file: "domain/journey/enrollment.ts",
    from: 'state.status === "waiting" && state.visit === visit',
    to: 'state.status === "waiting" && visit >= 0',
  },
  {
    fault: "one cause enters twice",
    file: "domain/journey/enrollment.ts",
    from: 'return state.status === "absent" || again ?',
    to: 'return state.status !== "waiting" || again ?',
  },
];

const edge: Mutant[] = [
  {
    fault: "a signature is judged by its length",
    file: "functions/adapters/signature.ts",
    from: "return a.byteLength === b.byteLength && timingSafeEqual(a, b);",
    to: "return a.byteLength === b.byteLength || timingSafeEqual(a, b);",
  },
  {
    fault: "an old delivery of Stripe may be played again",
    file: "functions/adapters/payments/stripe.ts",
    from: "if (Math.abs(Date.parse(now) / 1_000 - Number(time)) > TOLERANCE_S) return false;",
    to: "",
  },
  {
    fault: "any role may do anything",
    file: "functions/shell/gate.ts",
    from: "if (!has.some((role) => roles.includes(role))) throw",
    to: "if (has.length === 0) throw",
  },
  {
    fault: "a key sees orders of other stores",
    file: "functions/table/sight.ts",
    from: "storeId === undefined || thing.storeId === storeId",
    to: "storeId === undefined || thing.storeId !== null",
  },
  {
    fault: "a test key changes live orders",
    file: "functions/table/order-changes.ts",
    from: "!isSeen(placed.state, sightOf(origin))",
    to: "!isSeen(placed.state, { storeId: origin.storeId })",
  },
  {
    fault: "events that the bus did not take are forgotten",
    file: "functions/stream/publisher.ts",
    from: "return code === undefined ? [] : [{ entry,",
    to: "return code !== undefined ? [] : [{ entry,",
  },
  {
    fault: "a consumer's failure is no failure",
    file: "functions/shell/consumer.ts",
    from: "if (failed) batchItemFailures.push(",
    to: "if (failed && Records.length > 99) batchItemFailures.push(",
  },
];

/** Every planted fault; the suite has to notice each. */
export const mutants: readonly Mutant[] = [
  ...saving,
  ...numbers,
  ...facts,
  ...money,
  ...messages,
  ...journeys,
  ...edge,
];
