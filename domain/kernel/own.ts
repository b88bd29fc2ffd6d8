/**
 * What a table of ours says of a name that came from outside; `undefined` for names that every object answers to, such
 * as `constructor`.
 */
export const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** False for names that no map of a state can hold: stored, it passes for an object of a class, or loses the name. */
export const isKeepable = (name: string): boolean => name !== "__proto__" && name !== "constructor";
