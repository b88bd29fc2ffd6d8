type Json = Record<string, unknown>;

export function matches(pattern: Json, event: Json): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const value = event[name];
    if (!Array.isArray(wanted))
      return typeof value === "object" && value !== null && matches(wanted as Json, value as Json);
    const values = Array.isArray(value) ? value : [value];
    return wanted.some((rule) => {
      if (typeof rule !== "object" || rule === null) return values.includes(rule);
      if ("exists" in rule) return rule.exists === (value !== undefined);
      if ("prefix" in rule) return values.some((one) => String(one).startsWith(String(rule.prefix)));
      if ("anything-but" in rule)
        return value !== undefined && !values.some((one) => [rule["anything-but"]].flat().includes(one));
      return false;
    });
  });
}
