import type { Severity } from "../../events/mismatch.ts";
import type { Locale, MismatchKind } from "../../events/values.ts";

/** What a sentence speaks of: an order's number and amounts with their currency. */
export interface Said {
  order: string;
  expected: string;
  actual: string;
  difference: string;
}

/** One plain sentence about one kind of mismatch. */
export type Sentence = (said: Said) => string;

/** The words before the details. */
export type Labels = Record<
  | "store"
  | "order"
  | "payment"
  | "expected"
  | "actual"
  | "difference"
  | "urgency"
  | "mismatch"
  | "look"
  | "settle"
  | Severity,
  string
>;

const en: Record<MismatchKind, Sentence> = {
  amount_short: ({ order, expected, actual, difference }) =>
    `Order ${order} is short by ${difference}: ${actual} came in, ${expected} is owed.`,
  amount_over: ({ order, expected, actual, difference }) =>
    `Order ${order} is overpaid by ${difference}: ${actual} came in, ${expected} is owed.`,
  currency: ({ order, expected, actual }) =>
    `Order ${order} got a payment in another currency: ${actual}, while ${expected} is owed.`,
  unknown_order: ({ actual }) => `A payment of ${actual} names no order that we know.`,
  duplicate_capture: ({ order, expected, actual }) =>
    `Order ${order} was paid twice: ${actual} came in, ${expected} is owed.`,
  refund_exceeds_paid: ({ order, expected, actual }) =>
    `More went back than came in for order ${order}: ${actual} went back, ${expected} came in.`,
  paid_after_cancel: ({ order, actual }) => `Order ${order} is cancelled, but ${actual} of its money is still here.`,
  missing_payment: ({ order, expected }) =>
    `The shop says that order ${order} (${expected}) is paid, but no payment came from the provider.`,
};

const uk: Record<MismatchKind, Sentence> = {
  amount_short: ({ order, expected, actual, difference }) =>
    `За замовлення ${order} не вистачає ${difference}: надійшло ${actual}, до сплати ${expected}.`,
  amount_over: ({ order, expected, actual, difference }) =>
    `За замовлення ${order} переплачено ${difference}: надійшло ${actual}, до сплати ${expected}.`,
  currency: ({ order, expected, actual }) =>
    `За замовлення ${order} надійшов платіж в іншій валюті: ${actual}, а до сплати ${expected}.`,
  unknown_order: ({ actual }) => `Платіж на ${actual} не належить жодному відомому замовленню.`,
  duplicate_capture: ({ order, expected, actual }) =>
    `Замовлення ${order} оплачено двічі: надійшло ${actual}, до сплати ${expected}.`,
  refund_exceeds_paid: ({ order, expected, actual }) =>
    `За замовлення ${order} повернуто більше, ніж сплачено: повернуто ${actual}, надійшло ${expected}.`,
  paid_after_cancel: ({ order, actual }) => `Замовлення ${order} скасовано, але ${actual} за нього ще в нас.`,
  missing_payment: ({ order, expected }) =>
    `Магазин каже, що замовлення ${order} (${expected}) оплачено, але платіж від провайдера не надійшов.`,
};

const ru: Record<MismatchKind, Sentence> = {
  amount_short: ({ order, expected, actual, difference }) =>
    `За заказ ${order} не хватает ${difference}: поступило ${actual}, к оплате ${expected}.`,
  amount_over: ({ order, expected, actual, difference }) =>
    `За заказ ${order} переплачено ${difference}: поступило ${actual}, к оплате ${expected}.`,
  currency: ({ order, expected, actual }) =>
    `За заказ ${order} поступил платёж в другой валюте: ${actual}, а к оплате ${expected}.`,
  unknown_order: ({ actual }) => `Платёж на ${actual} не относится ни к одному известному заказу.`,
  duplicate_capture: ({ order, expected, actual }) =>
    `Заказ ${order} оплачен дважды: поступило ${actual}, к оплате ${expected}.`,
  refund_exceeds_paid: ({ order, expected, actual }) =>
    `За заказ ${order} возвращено больше, чем оплачено: возвращено ${actual}, поступило ${expected}.`,
  paid_after_cancel: ({ order, actual }) => `Заказ ${order} отменён, но ${actual} за него ещё у нас.`,
  missing_payment: ({ order, expected }) =>
    `Магазин говорит, что заказ ${order} (${expected}) оплачен, но платёж от провайдера не поступил.`,
};

/** What finance reads first, by language and kind. */
export const sentences: Record<Locale, Record<MismatchKind, Sentence>> = { en, uk, ru };

/** The words before the details, by language. */
export const labels: Record<Locale, Labels> = {
  en: {
    store: "Store",
    order: "Order",
    payment: "Payment",
    expected: "Expected",
    actual: "Actual",
    difference: "Difference",
    urgency: "Urgency",
    urgent: "urgent",
    normal: "normal",
    mismatch: "Mismatch",
    look: "Where to look",
    settle: "To settle it",
  },
  uk: {
    store: "Магазин",
    order: "Замовлення",
    payment: "Платіж",
    expected: "Очікувалося",
    actual: "Насправді",
    difference: "Різниця",
    urgency: "Терміновість",
    urgent: "терміново",
    normal: "звичайна",
    mismatch: "Розбіжність",
    look: "Де подивитися",
    settle: "Як закрити",
  },
  ru: {
    store: "Магазин",
    order: "Заказ",
    payment: "Платёж",
    expected: "Ожидалось",
    actual: "На деле",
    difference: "Разница",
    urgency: "Срочность",
    urgent: "срочно",
    normal: "обычная",
    mismatch: "Расхождение",
    look: "Где посмотреть",
    settle: "Как закрыть",
  },
};
