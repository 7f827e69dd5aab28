import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addDays, daysBetween, type PlainDate, weekday } from "@/lib/plain-date";
import { comparedDays, type Days, monthAfter, shift, weeksOf } from "./spans";

const date = fc
  .integer({ min: 3_000, max: 30_000 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10) as PlainDate);
const days = fc
  .tuple(date, fc.integer({ min: 0, max: 800 }))
  .map(([first, length]): Days => [first, addDays(first, length)]);

describe("spans compared with", () => {
  test("the one before ends the day before, and is as long", () => {
    fc.assert(
      fc.property(days, (span) => {
        const before = comparedDays(span, "previous", "30d");
        expect(before && addDays(before[1], 1)).toBe(span[0]);
        expect(before && shift(before, 1)).toEqual(span);
      }),
    );
  });

  test("the same weekdays, at least the span back", () => {
    fc.assert(
      fc.property(days, (span) => {
        const before = comparedDays(span, "weekday", "30d");
        if (!before) throw new Error("it is always known");
        expect(weekday(before[0])).toBe(weekday(span[0]));
        expect(daysBetween(before[1], span[0])).toBeGreaterThan(0);
        expect(daysBetween(before[1], span[0])).toBeLessThanOrEqual(7);
      }),
    );
  });

  test("worked by hand", () => {
    const june: Days = ["2026-06-01" as PlainDate, "2026-06-30" as PlainDate];
    expect(comparedDays(june, "weekday", undefined)).toEqual(["2026-04-27", "2026-05-26"]);
    expect(comparedDays(june, "year", undefined)).toEqual(["2025-06-01", "2025-06-30"]);
    expect(comparedDays(june, "2026-01-01..2026-02-01", undefined)).toEqual(["2026-01-01", "2026-01-31"]);
    expect(comparedDays(june, "none", undefined)).toBeUndefined();
    expect(comparedDays(june, "previous", "thisMonth")).toBeUndefined();
    const leap: Days = ["2028-02-29" as PlainDate, "2028-02-29" as PlainDate];
    expect(comparedDays(leap, "year", undefined)?.[0]).toBe("2027-02-28");
  });
});

test("the weeks of a month hold each of its days once, in columns of weekdays", () => {
  fc.assert(
    fc.property(date, fc.integer({ min: 0, max: 6 }), (month, start) => {
      const weeks = weeksOf(month, start);
      const held = weeks.flat().filter((day) => day !== null);
      expect(held[0]).toBe(`${month.slice(0, 7)}-01`);
      expect(addDays(held.at(-1) as PlainDate, 1)).toBe(monthAfter(month, 1));
      expect(new Set(held).size).toBe(held.length);
      for (const week of weeks)
        for (const [place, day] of week.entries()) if (day) expect(weekday(day)).toBe((place + start) % 7);
    }),
  );
});
