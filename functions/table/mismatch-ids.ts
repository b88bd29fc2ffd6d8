import type { MismatchKind } from "../../events/values.ts";
import { derivedId } from "../shell/derived-ids.ts";

/** What may not agree: a kind about an order, or a payment without one. */
export type Suspicion = { kind: MismatchKind } & ({ orderId: string } | { paymentId: string });

/** One mismatch for each kind of an order, and one for each payment without an order. */
export const mismatchIdOf = (about: Suspicion): string =>
  derivedId("mis", "paymentId" in about ? about.paymentId : about.orderId, about.kind);
