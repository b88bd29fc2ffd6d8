import { describe, expect, it } from "vitest";
import { wrongTimes } from "../../../functions/shell/times.ts";

const NOW = "2026-11-20T12:00:00.000Z";
const wrong = (told: unknown) => wrongTimes(told, NOW).map(({ pointer, code }) => `${pointer} ${code}`);

describe("a time", () => {
  it("is at most a day ahead, and not before 1990", () => {
    for (const good of ["2026-11-21T12:00:00.000Z", "1990-01-01T00:00:00.000Z", NOW]) {
      expect(wrong({ placedAt: good })).toEqual([]);
    }
    expect(wrong({ placedAt: "2026-11-21T12:00:00.001Z" })).toEqual(["/placedAt time_in_the_future"]);
    expect(wrong({ placedAt: "1989-12-31T23:59:59.999Z" })).toEqual(["/placedAt time_too_old"]);
  });

  it("is looked at wherever it is told, each with its pointer", () => {
    const at = "2200-01-01T00:00:00.000Z";
    const payments = [{ capturedAt: NOW }, { capturedAt: at }];
    expect(wrong({ payments, customer: { consents: [{ at }] }, version: { at } })).toEqual([
      "/payments/1/capturedAt time_in_the_future",
      "/customer/consents/0/at time_in_the_future",
      "/version/at time_in_the_future",
    ]);
  });

  it("is no word, number or name that looks like one", () => {
    expect(wrong({ note: "2200-01-01T00:00:00.000Z", format: "zzz", at: 9, name: "at", placedAt: undefined })).toEqual(
      [],
    );
  });
});

describe("a birth date", () => {
  it("is not in the future, and not before 1900", () => {
    for (const good of ["2026-11-20", "1900-01-01"]) expect(wrong({ birthDate: good })).toEqual([]);
    expect(wrong({ birthDate: "2026-11-21" })).toEqual(["/birthDate time_in_the_future"]);
    expect(wrong({ customer: { birthDate: "1899-12-31" } })).toEqual(["/customer/birthDate time_too_old"]);
  });
});
