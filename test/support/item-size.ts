import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";

const bytes = (text: string) => Buffer.byteLength(text, "utf8");

/** A number takes a byte for two significant digits, one more, and one for a minus. */
const numberSize = (text: string) => {
  const digits = text.replace(/^-/, "").replace(".", "").replace(/^0+/, "").replace(/0+$/, "").length;
  return Math.ceil(digits / 2) + 1 + (text.startsWith("-") ? 1 : 0);
};

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return bytes(value.S);
  if (value.N !== undefined) return numberSize(value.N);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.L !== undefined) return value.L.reduce((sum, one) => sum + 1 + valueSize(one), 3);
  if (value.M !== undefined) {
    return Object.entries(value.M).reduce((sum, [name, one]) => sum + 1 + bytes(name) + valueSize(one), 3);
  }
  return 1;
}

/** The size of an item as DynamoDB counts it: names and values, 3 bytes a list or map, 1 for each of its elements. */
export function itemSize(item: Record<string, unknown>): number {
  const packed = marshall(item, { removeUndefinedValues: true });
  return Object.entries(packed).reduce((sum, [name, value]) => sum + bytes(name) + valueSize(value), 0);
}
