/**
 * numerator / denominator as a decimal string with exactly `digits` decimals, rounded half away from zero in integer
 * arithmetic; `undefined` when there is nothing to divide by.
 */
export function ratio(numerator: number | bigint, denominator: number | bigint, digits: number): string | undefined {
  const below = BigInt(denominator);
  if (below === 0n) return undefined;
  const scaled = BigInt(numerator) * 10n ** BigInt(digits) * 2n + (BigInt(numerator) < 0n ? -below : below);
  const rounded = scaled / (below * 2n);
  const text = (rounded < 0n ? -rounded : rounded).toString().padStart(digits + 1, "0");
  const sign = rounded < 0n ? "-" : "";
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
