import * as z from "zod";
import { dataClass } from "../../events/values.ts";

/** A leaf of a schema with its mark; `unmarked` when it has none. */
export interface Leaf {
  path: string;
  mark: string;
}

/** What wraps another schema and says nothing of the data. */
const WRAPPERS = [z.ZodOptional, z.ZodNullable, z.ZodDefault, z.ZodCatch, z.ZodReadonly];

/** What holds nothing, or one word that the schema names: it needs no mark. */
const PLAIN = [z.ZodLiteral, z.ZodNull, z.ZodNever, z.ZodUndefined];

/** Every leaf of a schema with its mark. */
export function leavesOf(schema: z.core.$ZodType, path: string): Leaf[] {
  const mark = dataClass.get(schema as z.ZodType)?.data;
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([name, attribute]) => leavesOf(attribute, `${path}.${name}`));
  }
  if (mark !== undefined) return [{ path, mark }];
  const wrapper = WRAPPERS.find((one) => schema instanceof one);
  if (wrapper) return leavesOf((schema as z.ZodOptional).unwrap(), path);
  if (schema instanceof z.ZodArray) return leavesOf(schema.element, `${path}[]`);
  if (schema instanceof z.ZodRecord) {
    return [...leavesOf(schema.keyType, `${path}{}`), ...leavesOf(schema.valueType, `${path}{}`)];
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => leavesOf(option, path));
  return [{ path, mark: PLAIN.some((one) => schema instanceof one) ? "fact" : "unmarked" }];
}
