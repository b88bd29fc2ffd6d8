import type { Random } from "./random.ts";

/** Something that the sample shop sells; prices in minor units. */
export interface Product {
  id: string;
  sku: string;
  names: { uk: string; ru: string; en: string };
  priceUah: number;
  priceEur: number;
}

const PRODUCTS: readonly Product[] = [
  {
    id: "70001",
    sku: "COF-250",
    names: { uk: "Кава «Ранок», 250 г", ru: "Кофе «Утро», 250 г", en: "Morning coffee, 250 g" },
    priceUah: 249_00,
    priceEur: 7_90,
  },
  {
    id: "70002",
    sku: "COF-1000",
    names: { uk: "Кава «Ранок», 1 кг", ru: "Кофе «Утро», 1 кг", en: "Morning coffee, 1 kg" },
    priceUah: 899_00,
    priceEur: 26_50,
  },
  {
    id: "70003",
    sku: "TEA-100",
    names: { uk: "Чай з чебрецем, 100 г", ru: "Чай с чабрецом, 100 г", en: "Thyme tea, 100 g" },
    priceUah: 165_00,
    priceEur: 5_20,
  },
  {
    id: "70004",
    sku: "CUP-01",
    names: { uk: "Горнятко керамічне", ru: "Чашка керамическая", en: "Ceramic cup" },
    priceUah: 420_00,
    priceEur: 13_90,
  },
  {
    id: "70005",
    sku: "POT-02",
    names: { uk: "Чайник скляний", ru: "Чайник стеклянный", en: "Glass teapot" },
    priceUah: 1_150_00,
    priceEur: 34_00,
  },
  {
    id: "70006",
    sku: "HON-500",
    names: { uk: "Мед липовий, 500 г", ru: "Мёд липовый, 500 г", en: "Linden honey, 500 g" },
    priceUah: 310_00,
    priceEur: 9_40,
  },
];

/** One row of a basket. */
export interface BasketLine {
  product: Product;
  quantity: number;
}

/** What one buyer puts into the basket. */
export function basket(random: Random): BasketLine[] {
  const count = random.between(1, 3);
  const start = random.between(0, PRODUCTS.length - 1);
  return Array.from({ length: count }, (_, index) => ({
    product: PRODUCTS[(start + index * 2) % PRODUCTS.length] as Product,
    quantity: random.between(1, 2),
  }));
}

/** Minor units as the decimal text that platforms send. */
export const decimal = (minor: number): string => `${Math.trunc(minor / 100)}.${String(minor % 100).padStart(2, "0")}`;

/** The sum of a basket in one of the two currencies, in minor units. */
export const sumOf = (lines: readonly BasketLine[], price: "priceUah" | "priceEur"): number =>
  lines.reduce((sum, { product, quantity }) => sum + product[price] * quantity, 0);
