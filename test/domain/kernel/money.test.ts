import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalOf, exponentOf, parseMoney, sumMinor } from "../../../domain/kernel/money.ts";
import { ratio } from "../../../domain/kernel/ratio.ts";
import { Rejection } from "../../../domain/kernel/rejection.ts";
import { holdsFor } from "../../support/convergence.ts";
import { eur, uah } from "../../support/samples.ts";

const CURRENCIES = ["UAH", "EUR", "JPY", "KWD", "CLF"] as const;
const currency = fc.constantFrom(...CURRENCIES);
const codeOf = (parse: () => unknown) => {
  try {
    parse();
  } catch (error) {
    if (error instanceof Rejection) return error.code;
    throw error;
  }
  return "accepted";
};

describe("an amount of money", () => {
  it("is read from its text in the minor unit of its currency", () => {
    expect(parseMoney("398.00", "UAH")).toEqual(uah(398_00));
    expect(parseMoney("29.35", "EUR")).toEqual(eur(29_35));
    expect(parseMoney(3, "UAH")).toEqual(uah(3_00));
    expect(parseMoney("1500", "JPY")).toEqual({ amountMinor: 1500, currency: "JPY" });
    expect(parseMoney("0.125", "KWD")).toEqual({ amountMinor: 125, currency: "KWD" });
    expect(parseMoney(" -0.10 ", "EUR")).toEqual(eur(-10));
  });

  it("takes zeros beyond the minor unit, and nothing else there", () => {
    expect(parseMoney("24.9900", "UAH")).toEqual(uah(24_99));
    expect(codeOf(() => parseMoney("24.9901", "UAH"))).toBe("money_not_exact");
    expect(codeOf(() => parseMoney("1.5", "JPY"))).toBe("money_not_exact");
  });

  it("is not read from anything else than a plain decimal", () => {
    for (const text of ["", "12,50", "1e3", "1 000", "NaN", "--1", "1.2.3", "0x10", "UAH 5", "٣"]) {
      expect(
        codeOf(() => parseMoney(text, "UAH")),
        text,
      ).toBe("money_not_readable");
    }
  });

  it("is refused when it cannot be counted exactly", () => {
    expect(parseMoney("90071992547409.91", "UAH").amountMinor).toBe(Number.MAX_SAFE_INTEGER);
    expect(codeOf(() => parseMoney("90071992547409.92", "UAH"))).toBe("money_too_large");
    expect(codeOf(() => parseMoney("9".repeat(16), "JPY"))).toBe("money_too_large");
  });

  it("has no negative zero", () => {
    expect(Object.is(parseMoney("-0.00", "UAH").amountMinor, 0)).toBe(true);
  });

  it("survives writing and reading, digit for digit", () => {
    const amount = fc.record({ amountMinor: fc.maxSafeInteger(), currency });
    holdsFor(amount, (money) => {
      const text = decimalOf(money);
      expect(parseMoney(text, money.currency)).toEqual(money);
      const exponent = exponentOf(money.currency);
      const [whole = "", fraction = ""] = text.replace("-", "").split(".");
      expect(fraction).toHaveLength(exponent);
      const value = BigInt(whole + fraction) * (text.startsWith("-") ? -1n : 1n);
      expect(value).toBe(BigInt(money.amountMinor));
    });
  });

  it("adds up in minor units", () => {
    expect(sumMinor([])).toBe(0);
    expect(sumMinor([uah(10), uah(20), uah(-5)])).toBe(25);
  });
});

describe("a ratio", () => {
  it("has exactly the decimals that are asked for", () => {
    expect(ratio(1, 3, 4)).toBe("0.3333");
    expect(ratio(2, 3, 4)).toBe("0.6667");
    expect(ratio(10, 5, 2)).toBe("2.00");
    expect(ratio(7, 2, 0)).toBe("4");
  });

  it("rounds half away from zero", () => {
    expect(ratio(5, 1000, 2)).toBe("0.01");
    expect(ratio(-5, 1000, 2)).toBe("-0.01");
    expect(ratio(-4, 1000, 2)).toBe("0.00");
  });

  it("is undefined when there is nothing to divide by", () => {
    expect(ratio(1, 0, 2)).toBeUndefined();
  });

  it("is never further than half a unit of its last digit from the truth", () => {
    const cases = fc.tuple(
      fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
      fc.bigInt({ min: 1n, max: 10n ** 12n }),
      fc.nat(6),
    );
    holdsFor(cases, ([above, below, digits]) => {
      const text = ratio(above, below, digits) ?? "";
      expect(text.replace("-", "").split(".")[1] ?? "").toHaveLength(digits);
      const shown = BigInt(text.replace(/[-.]/g, "")) * (text.startsWith("-") ? -1n : 1n);
      const twiceError = 2n * (shown * below - above * 10n ** BigInt(digits));
      expect(twiceError <= below && twiceError >= -below).toBe(true);
    });
  });
});
