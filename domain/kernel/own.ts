/**
 * What a table of ours says of a name that came from outside; `undefined` for names that every object answers to, such
 * as `constructor`.
 */
export const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
