import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDays,
  dayOf,
  daysBetween,
  isTimeZone,
  monthOf,
  plusMs,
  toInstant,
  weekOf,
} from "../../../domain/kernel/calendar.ts";
import { DAY_MS, HOUR_MS } from "../../support/clock.ts";
import { holdsFor } from "../../support/convergence.ts";

describe("a day", () => {
  it("is the one that the calendar of the zone shows", () => {
    expect(dayOf("2026-11-20T21:59:59.999Z", "Europe/Kyiv")).toBe("2026-11-20");
    expect(dayOf("2026-11-20T22:00:00.000Z", "Europe/Kyiv")).toBe("2026-11-21");
    expect(dayOf("2026-11-20T22:00:00.000Z", "America/Los_Angeles")).toBe("2026-11-20");
    expect(dayOf("1997-01-01T00:00:00.000Z", "UTC")).toBe("1997-01-01");
  });

  it("begins two hours before UTC's in a winter of Kyiv and three in its summer", () => {
    expect(dayOf("2026-03-28T21:59:59.000Z", "Europe/Kyiv")).toBe("2026-03-28");
    expect(dayOf("2026-03-28T22:00:00.000Z", "Europe/Kyiv")).toBe("2026-03-29");
    expect(dayOf("2026-03-29T20:59:59.000Z", "Europe/Kyiv")).toBe("2026-03-29");
    expect(dayOf("2026-03-29T21:00:00.000Z", "Europe/Kyiv")).toBe("2026-03-30");
  });

  it("lasts 23 hours when the clock goes forward and 25 when it goes back", () => {
    const hoursOf = (day: string) => {
      const start = Date.parse(`${addDays(day, -1)}T12:00:00.000Z`);
      const hours = Array.from({ length: 60 }, (_, hour) => new Date(start + hour * HOUR_MS).toISOString());
      return hours.filter((hour) => dayOf(hour, "Europe/Kyiv") === day).length;
    };
    expect(hoursOf("2026-03-29")).toBe(23);
    expect(hoursOf("2026-10-25")).toBe(25);
    expect(hoursOf("2026-11-20")).toBe(24);
  });

  it("is counted across a change of the clock as any other", () => {
    expect(daysBetween("2026-03-28", "2026-03-30")).toBe(2);
    expect(daysBetween("2026-10-24", "2026-10-26")).toBe(2);
    expect(daysBetween("2024-02-28", "2024-03-01")).toBe(2);
    expect(daysBetween("2026-11-20", "2026-11-20")).toBe(0);
    expect(daysBetween("2026-11-21", "2026-11-20")).toBe(-1);
  });

  it("comes back when days are added and taken away", () => {
    const cases = fc.tuple(
      fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }),
      fc.integer({ min: -9_000, max: 9_000 }),
    );
    holdsFor(cases, ([date, count]) => {
      const day = date.toISOString().slice(0, 10);
      expect(daysBetween(day, addDays(day, count))).toBe(count);
    });
  });

  it("belongs to a month and to the week of its Monday", () => {
    expect(monthOf("2026-11-20")).toBe("2026-11");
    expect(weekOf("2026-11-20")).toBe("2026-11-16");
    expect(weekOf("2026-11-16")).toBe("2026-11-16");
    expect(weekOf("2026-11-22")).toBe("2026-11-16");
    expect(weekOf("2027-01-01")).toBe("2026-12-28");
  });
});

describe("an instant", () => {
  it("is read from any RFC 3339 time into UTC with milliseconds", () => {
    expect(toInstant("2026-11-20T12:15:00+02:00")).toBe("2026-11-20T10:15:00.000Z");
    expect(toInstant("2026-11-20T12:15:00.123456+0200")).toBe("2026-11-20T10:15:00.123Z");
    expect(toInstant("2026-11-20T10:15Z")).toBe("2026-11-20T10:15:00.000Z");
  });

  it("is not read from a time without an offset or a day that does not exist", () => {
    const bad = ["2026-11-20T10:15:00", "2026-11-20", "20.11.2026", "2026-02-30T00:00:00Z", "2025-02-29T10:00:00Z"];
    for (const text of [...bad, "2026-13-01T00:00:00Z", "2026-11-31T10:00:00+02:00", "2026-11-20T10:15:61Z"]) {
      expect(toInstant(text), text).toBeUndefined();
    }
  });

  it("stays within four digits of a year, so that text order is time order", () => {
    expect(toInstant("9999-12-31T23:59:59-10:00")).toBeUndefined();
    expect(toInstant("0000-01-01T00:00:00+14:00")).toBeUndefined();
    expect(toInstant("9999-12-31T23:59:59Z")).toBe("9999-12-31T23:59:59.000Z");
  });

  it("moves by absolute time, whatever clocks do", () => {
    expect(plusMs("2026-03-28T22:00:00.000Z", DAY_MS)).toBe("2026-03-29T22:00:00.000Z");
  });
});

describe("a time zone", () => {
  it("is one that the runtime knows", () => {
    expect(isTimeZone("Europe/Kyiv")).toBe(true);
    expect(isTimeZone("Mars/Olympus")).toBe(false);
  });
});
