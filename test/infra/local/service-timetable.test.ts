import { describe, expect, it } from "vitest";
import { nextTick, parseTimetable } from "../../../infra/local/services/timetable.ts";

const at = (text: string) => Date.parse(text);
const iso = (instant: number | undefined) => (instant === undefined ? undefined : new Date(instant).toISOString());

/** The next three ticks of an expression after an instant. */
function ticks(expression: string, after: string, timeZone = "UTC"): (string | undefined)[] {
  const timetable = parseTimetable(expression, timeZone);
  const found: (string | undefined)[] = [];
  let last = at(after);
  for (let index = 0; index < 3; index++) {
    const next = nextTick(timetable, last, at(after));
    found.push(iso(next)?.slice(0, 16));
    if (next === undefined) break;
    last = next;
  }
  return found;
}

describe("a one-time schedule", () => {
  it("fires at its local time in its zone", () => {
    expect(parseTimetable("at(2026-07-01T10:00:00)", "Europe/Kyiv")).toEqual({
      kind: "once",
      at: at("2026-07-01T07:00:00Z"),
    });
    expect(parseTimetable("at(2026-12-01T10:00:00)", "Europe/Kyiv")).toEqual({
      kind: "once",
      at: at("2026-12-01T08:00:00Z"),
    });
  });

  it.each(["at(2026-07-01T10:00:00.123)", "at(2026-07-01T10:00:00Z)", "at(2026-02-30T10:00:00)", "at()"])(
    "is refused as %s",
    (expression) => expect(() => parseTimetable(expression)).toThrow("Invalid Schedule Expression"),
  );
});

describe("a rate", () => {
  it("counts from its anchor", () => {
    expect(ticks("rate(15 minutes)", "2026-11-20T10:05:00Z")).toEqual([
      "2026-11-20T10:20",
      "2026-11-20T10:35",
      "2026-11-20T10:50",
    ]);
  });

  it.each(["rate(0 minutes)", "rate(5)", "rate(5 weeks)", "rate(-1 days)"])("is refused as %s", (expression) =>
    expect(() => parseTimetable(expression)).toThrow("Invalid Schedule Expression"),
  );
});

describe("a cron expression", () => {
  it.each([
    ["cron(0 9 * * ? *)", "2026-11-20T10:00:00Z", ["2026-11-21T09:00", "2026-11-22T09:00", "2026-11-23T09:00"]],
    [
      "cron(*/20 8-9 ? * MON-FRI *)",
      "2026-11-20T09:30:00Z",
      ["2026-11-20T09:40", "2026-11-23T08:00", "2026-11-23T08:20"],
    ],
    ["cron(0 0 L * ? *)", "2026-01-15T00:00:00Z", ["2026-01-31T00:00", "2026-02-28T00:00", "2026-03-31T00:00"]],
    ["cron(0 0 ? * 2#1 *)", "2026-11-20T00:00:00Z", ["2026-12-07T00:00", "2027-01-04T00:00", "2027-02-01T00:00"]],
    ["cron(0 0 ? * 6L *)", "2026-11-01T00:00:00Z", ["2026-11-27T00:00", "2026-12-25T00:00", "2027-01-29T00:00"]],
    ["cron(0 0 1W * ? *)", "2026-07-15T00:00:00Z", ["2026-08-03T00:00", "2026-09-01T00:00", "2026-10-01T00:00"]],
    ["cron(30 6 29 2 ? 2028)", "2026-01-01T00:00:00Z", ["2028-02-29T06:30", undefined]],
  ])("%s ticks by the calendar", (expression, after, expected) => {
    expect(ticks(expression, after)).toEqual(expected);
  });

  it("follows its zone over daylight saving", () => {
    expect(ticks("cron(0 9 * * ? *)", "2026-03-28T00:00:00Z", "Europe/Kyiv")).toEqual([
      "2026-03-28T07:00",
      "2026-03-29T06:00",
      "2026-03-30T06:00",
    ]);
  });

  it("skips the local time that spring leaves out and runs once in the hour that autumn repeats", () => {
    expect(ticks("cron(30 3 * * ? *)", "2026-03-28T12:00:00Z", "Europe/Kyiv")[0]).toBe("2026-03-30T00:30");
    expect(ticks("cron(30 3 * * ? *)", "2026-10-24T12:00:00Z", "Europe/Kyiv").slice(0, 2)).toEqual([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
  });

  it.each(["cron(0 9 * * * *)", "cron(0 9 ? * ? *)", "cron(60 9 * * ? *)", "cron(0 9 * * ?)", "cron(a 9 * * ? *)"])(
    "is refused as %s",
    (expression) => expect(() => parseTimetable(expression)).toThrow("Invalid Schedule Expression"),
  );
});
