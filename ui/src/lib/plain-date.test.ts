import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, dateIn, daysBetween, type PlainDate, parseDate, toUtc, weekday } from "./plain-date";

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/Santiago",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Pacific/Auckland",
  "Pacific/Chatham",
  "Pacific/Apia",
  "Australia/Lord_Howe",
  "Asia/Tehran",
  "America/Los_Angeles",
];
const date = fc
  .integer({ min: 0, max: 40_000 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10) as PlainDate);

describe("plain dates", () => {
  test("what is no date is refused", () => {
    for (const text of ["", "2026-02-30", "2026-13-01", "2026-1-1", "26-01-01", "2026-01-01T00:00:00Z"]) {
      expect(parseDate(text), text).toBeUndefined();
    }
    expect(parseDate("2024-02-29")).toBe("2024-02-29");
  });

  test("days that are added are between", () => {
    fc.assert(
      fc.property(date, fc.integer({ min: -1000, max: 1000 }), (from, days) => {
        expect(daysBetween(from, addDays(from, days))).toBe(days);
      }),
    );
  });

  test("weekdays follow each other, and Monday is the first", () => {
    expect(weekday("2026-06-01" as PlainDate)).toBe(0);
    fc.assert(
      fc.property(date, (day) => {
        expect(weekday(addDays(day, 1))).toBe((weekday(day) + 1) % 7);
      }),
    );
  });

  test("noon of a day is on that day in every zone", () => {
    for (const zone of zones) {
      // An instant whose local reading is about noon: the offset is at most 14 hours.
      fc.assert(
        fc.property(date, (day) => {
          const local = dateIn(toUtc(day) + 43_200_000, zone);
          expect(Math.abs(daysBetween(day, local))).toBeLessThanOrEqual(1);
          expect(parseDate(local)).toBe(local);
        }),
        { numRuns: 20 },
      );
    }
    expect(dateIn("2026-01-01T22:30:00Z", "Europe/Berlin")).toBe("2026-01-01");
    expect(dateIn("2026-01-01T23:30:00Z", "Europe/Berlin")).toBe("2026-01-02");
    expect(dateIn("2026-01-01T04:30:00Z", "America/New_York")).toBe("2025-12-31");
  });
});
