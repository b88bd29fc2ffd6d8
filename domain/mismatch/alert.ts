import type { Severity } from "../../events/mismatch.ts";
import type { Locale, MismatchKind, Money } from "../../events/values.ts";
import { decimalOf } from "../kernel/money.ts";
import { type Labels, labels, type Sentence, sentences } from "./alert-words.ts";

/** What finance needs to know of a mismatch; nothing of it is personal. */
export interface AlertFacts {
  mismatchId: string;
  kind: MismatchKind;
  severity: Severity;
  store: { storeId: string; name: string };
  order?: { orderId: string; number: string };
  payment?: { provider: string; externalId: string };
  expected?: Money;
  actual: Money;
}

/** SNS takes fewer than 100 ASCII characters for the subject of an e-mail. */
const SUBJECT_MAX = 99;

const amountOf = (money: Money): string => `${decimalOf(money)} ${money.currency}`;

function differenceOf({ expected, actual }: AlertFacts): string | undefined {
  if (!expected || expected.currency !== actual.currency) return undefined;
  const amountMinor = Math.abs(expected.amountMinor - actual.amountMinor);
  return amountOf({ amountMinor, currency: actual.currency });
}

function detailsOf(facts: AlertFacts, words: Labels): string[] {
  const { store, order, payment, expected, actual } = facts;
  const difference = differenceOf(facts);
  const lines: [string, string | undefined][] = [
    [words.store, `${store.name} (${store.storeId})`],
    [words.order, order && `${order.number} (${order.orderId})`],
    [words.payment, payment && `${payment.provider} ${payment.externalId}`],
    [words.expected, expected && amountOf(expected)],
    [words.actual, amountOf(actual)],
    [words.difference, difference],
    [words.urgency, words[facts.severity]],
    [words.mismatch, `${facts.kind} (${facts.mismatchId})`],
    [words.look, order ? `GET /v1/orders/${order.orderId}/history` : `GET /v1/mismatches?storeId=${store.storeId}`],
    [words.settle, `POST /v1/mismatches/${facts.mismatchId}/resolve`],
  ];
  return lines.flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${value}`]));
}

/** An alert in finance's language: one plain sentence, then what is known and where to look. */
export function alertOf(facts: AlertFacts, locale: Locale): { subject: string; message: string } {
  const sentence: Sentence = sentences[locale][facts.kind];
  const plain = sentence({
    order: facts.order?.number ?? "",
    expected: facts.expected ? amountOf(facts.expected) : "",
    actual: amountOf(facts.actual),
    difference: differenceOf(facts) ?? amountOf(facts.actual),
  });
  const about = facts.order ? `, order ${facts.order.number}` : "";
  const subject = `Kolo ${facts.severity}: ${facts.kind}${about}`.replace(/[^\x20-\x7e]/g, "").replace(/ {2,}/g, " ");
  return {
    subject: subject.slice(0, SUBJECT_MAX).trim(),
    message: [plain, "", ...detailsOf(facts, labels[locale]), ""].join("\n"),
  };
}
