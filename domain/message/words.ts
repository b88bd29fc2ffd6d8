import type { Locale } from "../../events/values.ts";

/** What the shared parts of a page say, by language; plural forms are one, few and many, as CLDR has them. */
export const words: Readonly<Record<Locale, Readonly<Record<string, string>>>> = {
  uk: {
    subtotal: "Товари",
    shipping: "Доставка",
    discount: "Знижка",
    tax: "Податок",
    total: "Разом",
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

/** How delivery services are called where a store only gives their code. */
export const deliveryNames: Readonly<Record<string, Readonly<Record<Locale, string>>>> = {
  nova_poshta: { uk: "Нова пошта", ru: "Новая почта", en: "Nova Poshta" },
  ukrposhta: { uk: "Укрпошта", ru: "Укрпочта", en: "Ukrposhta" },
  meest: { uk: "Meest ПОШТА", ru: "Meest ПОЧТА", en: "Meest" },
  courier: { uk: "Кур’єр", ru: "Курьер", en: "Courier" },
  pickup: { uk: "Самовивіз", ru: "Самовывоз", en: "Pickup" },
};
