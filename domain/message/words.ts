import type { Locale } from "../../events/values.ts";

/** What the shared parts of a page say, by language; plural forms are one, few and many, as CLDR has them. */
export const words: Readonly<Record<Locale, Readonly<Record<string, string>>>> = {
  uk: {
    subtotal: "Товари",
    shipping: "Доставка",
    discount: "Знижка",
    tax: "Податок",
    total: "Разом",
    taxIncluded: "у т. ч. податок",
    paid: "Сплачено",
    delivery: "Спосіб доставки",
    open: "Відкрити магазин",
    moreBefore: "і ще",
    moreOne: "позиція",
    moreFew: "позиції",
    moreMany: "позицій",
    because: "Ви отримали цей лист, бо оформили в нас замовлення.",
    unsubscribe: "Не хочете отримувати пропозиції? Дайте відповідь на цей лист одним словом: «відписатися».",
  },
  ru: {
    subtotal: "Товары",
    shipping: "Доставка",
    discount: "Скидка",
    tax: "Налог",
    total: "Итого",
    taxIncluded: "в т. ч. налог",
    paid: "Оплачено",
    delivery: "Способ доставки",
    open: "Открыть магазин",
    moreBefore: "и ещё",
    moreOne: "позиция",
    moreFew: "позиции",
    moreMany: "позиций",
    because: "Вы получили это письмо, потому что оформили у нас заказ.",
    unsubscribe: "Не хотите получать предложения? Ответьте на это письмо одним словом: «отписаться».",
  },
  en: {
    subtotal: "Items",
    shipping: "Delivery",
    discount: "Discount",
    tax: "Tax",
    total: "Total",
    taxIncluded: "including tax",
    paid: "Paid",
    delivery: "Delivery method",
    open: "Visit the shop",
    moreBefore: "and",
    moreOne: "more item",
    moreFew: "more items",
    moreMany: "more items",
    because: "You received this e-mail because you placed an order with us.",
    unsubscribe: "No more offers? Reply to this e-mail with one word: unsubscribe.",
  },
};

type DeliveryName = Readonly<Record<Locale, string>>;

const inEvery = (name: string): DeliveryName => ({ uk: name, ru: name, en: name });

/** How ways of delivery are called, by the codes that stores give. */
const deliveryNames: Readonly<Record<string, DeliveryName>> = {
  nova_poshta: { uk: "Нова пошта", ru: "Новая почта", en: "Nova Poshta" },
  ukrposhta: { uk: "Укрпошта", ru: "Укрпочта", en: "Ukrposhta" },
  meest: { uk: "Meest ПОШТА", ru: "Meest ПОЧТА", en: "Meest" },
  dhl: inEvery("DHL"),
  ups: inEvery("UPS"),
  courier: { uk: "Кур’єр", ru: "Курьер", en: "Courier" },
  pickup: { uk: "Самовивіз", ru: "Самовывоз", en: "Pickup" },
};

/** A code or a name without what people write differently: `nova_poshta` and `Nova Poshta` are one. */
const keyOf = (method: string) => method.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

const known: ReadonlyMap<string, DeliveryName> = new Map(
  Object.entries(deliveryNames).flatMap(([code, names]) =>
    [code, ...Object.values(names)].map((said) => [keyOf(said), names] as const),
  ),
);

/** A way of delivery in the reader's language, known by its code or by its name in any language; else as it is said. */
export const deliveryName = (method: string, locale: Locale): string => known.get(keyOf(method))?.[locale] ?? method;
