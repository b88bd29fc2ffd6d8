import * as z from "zod";
import { AddressInput, ConsentInput, ContactInput, LineInput, OrderSnapshot } from "../../../domain/order/snapshot.ts";
import {
  Code,
  CustomerId,
  ExternalId,
  FulfillmentStatus,
  fact,
  Instant,
  id,
  Money,
  OrderId,
  PaymentStatus,
  PaymentTiming,
  Stage,
  StoreId,
} from "../../../events/values.ts";
import { Warnings } from "../person.ts";

const { shape } = OrderSnapshot;

/** Money that moved: what a provider proved, or what the platform claims where no proof can come. */
const moneyLine = {
  externalId: ExternalId,
  provider: Code,
  amount: Money,
  basis: fact(z.enum(["claim", "evidence"])),
  /** False for money in another currency than the order's: it is in no sum, and a `currency` mismatch is open. */
  counted: fact(z.boolean()),
};

const OrderFields = z.strictObject({
  id: OrderId,
  storeId: StoreId,
  customerId: CustomerId,
  externalId: ExternalId,
  number: ExternalId,
  placedAt: Instant,
  updatedAt: Instant,
  status: Stage,
  stage: Stage,
  paymentStatus: PaymentStatus,
  fulfillmentStatus: FulfillmentStatus,
  paymentTiming: PaymentTiming,
  paymentMethod: shape.paymentMethod,
  orderMethod: fact(z.string()),
  customer: ContactInput.extend({ consents: z.array(ConsentInput.extend({ at: Instant })).optional() }).optional(),
  lines: z.array(LineInput.extend({ quantity: fact(z.int()) })),
  shipping: z
    .strictObject({ method: fact(z.string()).optional(), price: Money.optional(), address: AddressInput.optional() })
    .optional(),
  discount: Money.optional(),
  tax: Money.optional(),
  total: Money,
  paid: Money,
  refunded: Money,
  due: Money,
  payments: z.array(z.strictObject({ ...moneyLine, capturedAt: Instant })),
  refunds: z.array(z.strictObject({ ...moneyLine, refundedAt: Instant })),
  shipments: z.array(
    z.strictObject({
      externalId: ExternalId,
      status: fact(z.string()),
      units: fact(z.int()).optional(),
      shippedAt: Instant.optional(),
      deliveredAt: Instant.optional(),
    }),
  ),
  returns: z.array(z.never()),
  couponCode: shape.couponCode,
  source: shape.source,
  note: shape.note,
  automations: fact(z.enum(["all", "none"])),
  test: fact(z.boolean()),
  version: fact(z.int()),
});

/** An order as every route answers it. */
export const OrderAnswer = OrderFields.meta({ id: "Order" });

/** An order as its push is answered. */
export const PlacedOrderAnswer = OrderFields.extend({
  /** What could not be read, or does not count as it was told; absent when all does. */
  warnings: Warnings,
}).meta({ id: "PlacedOrder" });

/** An order in a list: what all facts about it come to, without its lines, buyer and address. */
export const OrderSummary = OrderFields.omit({
  paymentMethod: true,
  customer: true,
  lines: true,
  shipping: true,
  discount: true,
  tax: true,
  couponCode: true,
  source: true,
  note: true,
}).meta({ id: "OrderSummary" });

/** `{orderId}` of a path: our id, or `ext:<externalId>` from a store key. */
export const OrderPath = z.strictObject({ orderId: id(z.string().min(1).max(210)) });
