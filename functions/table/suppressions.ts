import type { Instant } from "../../events/values.ts";
import { suppressionKey } from "./keys.ts";
import type { Table, Write } from "./table.ts";

/** Marks an address as one that must not be messaged, by its HMAC. */
export const suppressionWrite = (
  address: { addressKey: string; channel: string },
  because: { kind: "bounce" | "complaint"; at: Instant; messageId: string },
): Write => ({ put: { ...suppressionKey(address.addressKey, address.channel), ...because } });

/** True when an address must not be messaged on a channel. */
export const isSuppressed = async (table: Table, addressKey: string, channel: string): Promise<boolean> =>
  (await table.get(suppressionKey(addressKey, channel))) !== undefined;
