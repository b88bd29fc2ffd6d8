import type { Instant, Parcel } from "./facts.ts";
import type { Random } from "./random.ts";

/** How many things happen at most to parcels that are under way. */
const STEPS_MAX = 4;

type Happened = Pick<Parcel, "at"> & Partial<Parcel>;

/** What is in each parcel: everything, said or not; all of it in two; or a part, and no more. */
function packed(random: Random, units: number): (number | undefined)[] {
  if (units === 1 || random.chance(0.4)) return [random.pick([undefined, units])];
  const part = random.between(1, units - 1);
  return random.chance(0.6) ? [part, units - part] : [part];
}

/** What happens to the goods of one order, step by step: each is a newer version of a parcel. */
export function* goodsOf(
  random: Random,
  { units, mayReturn }: { units: number; mayReturn: boolean },
  next: { id(): string; at(): Instant },
): Generator<Parcel> {
  const parcels: Parcel[] = [];
  const ship = (inside: number | undefined): Parcel => {
    const at = next.at();
    const parcel = { id: next.id(), status: "shipped", shippedAt: at, at } as const;
    parcels.push({ ...parcel, ...(inside !== undefined && { units: inside }) });
    return parcels.at(-1) as Parcel;
  };
  for (const inside of packed(random, units)) yield ship(inside);
  for (let step = random.below(STEPS_MAX + 1); step > 0; step -= 1) {
    const index = random.below(parcels.length);
    const before = parcels[index] as Parcel;
    if (before.status === "cancelled" || before.status === "returned") continue;
    if (before.status === "delivered" && !mayReturn) continue;
    const after = { ...before, ...happened(random, before, mayReturn, next.at()) };
    parcels[index] = after;
    yield after;
    // What was called back or came back may be sent once more.
    const isBack = after.status === "cancelled" || after.status === "returned";
    if (isBack && random.chance(0.6)) yield ship(after.units);
  }
}

/** The next that happens to a parcel: it arrives, comes back, is called back, or only its papers change. */
function happened(random: Random, { status }: Parcel, mayReturn: boolean, at: Instant): Happened {
  // Whoever tells that it came back may not say any more when it had arrived.
  if (status === "delivered") return { status: "returned", at, ...(random.chance(0.5) && { deliveredAt: undefined }) };
  if (random.chance(0.2)) return { at };
  // At the door or at the post office nobody took it.
  if (mayReturn && random.chance(0.2)) return { status: "returned", at };
  return random.chance(0.25) ? { status: "cancelled", at } : { status: "delivered", deliveredAt: at, at };
}
