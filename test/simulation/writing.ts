import type { OrderSaid } from "./facts.ts";
import type { Random } from "./random.ts";

/** How things are written on one occasion: not always in their normal form. */
export type Writing = Pick<OrderSaid, "email" | "phone" | "transaction">;

/** As somebody types it, and as one platform or another names a payment: by its charge. */
export function written(random: Random, { email, phone, transaction }: Writing): Writing {
  const typed = email && random.pick([email, email.toUpperCase(), ` ${email}`]);
  const dialled = phone && random.pick([phone, `0${phone.slice(4)}`, `${phone.slice(0, 6)} ${phone.slice(6)}`]);
  const named = transaction && random.pick([transaction, transaction.replace("pi_", "ch_")]);
  return {
    ...(typed && { email: typed.trim() }),
    ...(dialled && { phone: dialled }),
    ...(named && { transaction: named }),
  };
}
