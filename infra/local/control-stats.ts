/** Nested plain counters that only grow. */
export type Counted = { [name: string]: Counted | number };

/** What has been counted since a moment: the difference of two readings, number by number. */
export function since(now: Counted, then: Counted): Counted {
  const result: Counted = {};
  for (const [name, value] of Object.entries(now)) {
    const before = then[name];
    if (typeof value === "number") result[name] = rounded(value - (typeof before === "number" ? before : 0));
    else result[name] = since(value, typeof before === "object" ? before : {});
  }
  return result;
}

function rounded(value: number): number {
  return Math.round(value * 1_000_000) / 1_000_000;
}
