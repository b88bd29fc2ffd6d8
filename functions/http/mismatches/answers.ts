import * as z from "zod";
import { Severity } from "../../../events/mismatch.ts";
import {
  Code,
  ExternalId,
  fact,
  Instant,
  MismatchId,
  MismatchKind,
  Money,
  OrderId,
  PaymentId,
  personal,
  StoreId,
} from "../../../events/values.ts";
import type { StoredMismatch } from "../../table/mismatches.ts";

export const MismatchStatus = fact(z.enum(["open", "closed", "resolved"]));

/** A mismatch as every route answers it. */
export const MismatchAnswer = z
  .strictObject({
    id: MismatchId,
    kind: MismatchKind,
    severity: Severity,
    orderId: OrderId.optional(),
    paymentId: PaymentId.optional(),
    /** The payment that came without an order, as its provider knows it, and the names by which it was looked for. */
    payment: z.strictObject({ provider: Code, externalId: ExternalId, references: z.array(ExternalId) }).optional(),
    storeId: StoreId,
    /** What should have been; absent for money without an order. */
    expected: Money.optional(),
    actual: Money,
    openedAt: Instant,
    /** When it came right by itself. */
    closedAt: Instant.optional(),
    resolvedAt: Instant.optional(),
    booking: Code.optional(),
    note: personal(z.string()).optional(),
    status: MismatchStatus,
    version: fact(z.int()),
  })
  .meta({ id: "Mismatch" });

/** The mismatch as the contract shows it. */
export function presentMismatch({ storeId, version, state, note, payment }: StoredMismatch) {
  const { mismatchId, ...rest } = state;
  return { id: mismatchId, storeId, ...rest, ...(payment && { payment }), ...(note && { note }), version };
}

/** `{mismatchId}` of a path. */
export const MismatchPath = z.strictObject({ mismatchId: MismatchId });
