import { describe, expect, test } from "vitest";
import { createFormat, daysOf } from "./format";
import type { PlainDate } from "./plain-date";

const today = "2026-06-30" as PlainDate;
const en = createFormat("en-GB", "Europe/Berlin", today);
const de = createFormat("de", "Europe/Berlin", today);
const ar = createFormat("ar-EG", "UTC", today);
const plain = (text: string) => text.replace(/[\u00a0\u202f\u2009]/g, " ");

describe("numbers", () => {
  test("figures are exact to 99,999", () => {
    expect([en.figure(99_999), en.figure(100_000), en.figure(1_234_567)]).toEqual(["99,999", "100k", "1.2m"]);
    expect([de.figure(7_683), de.exact(1_234_567)]).toEqual(["7.683", "1.234.567"]);
    expect(ar.exact(12)).toBe("١٢");
  });

  test("percent have one decimal, and a true minus", () => {
    expect([en.percent(12.2, true), en.percent(-4, true), en.percent(0, true)]).toEqual([
      "+12.2%",
      "−4.0%",
      "0.0%",
    ]);
    expect(plain(de.percent(49.8))).toBe("49,8 %");
  });

  test("durations have two units", () => {
    const cases: [number, string][] = [
      [0, "0 secs"],
      [59, "59 secs"],
      [60, "1 min"],
      [200, "3 mins 20 secs"],
      [3_600, "1 hr"],
      [8_100, "2 hrs 15 mins"],
      [86_400, "1 day"],
      [187_200, "2 days 4 hrs"],
      [86_459, "1 day"],
    ];
    for (const [seconds, expected] of cases) expect(plain(en.duration(seconds))).toBe(expected);
  });
});

describe("dates and times", () => {
  test("a day is the same day everywhere", () => {
    expect(en.day("2026-06-10")).toBe("Wed 10 Jun");
    expect(en.day("2025-06-10")).toBe("Tue, 10 Jun 2025");
    expect(de.shortDay("2026-06-10")).toBe("10. Juni");
    expect(en.shortDay("no date")).toBe("no date");
  });

  test("spans name their first and last day", () => {
    const [first, last] = daysOf("2026-05-31T22:00:00Z", "2026-06-30T10:00:00Z", "Europe/Berlin") ?? [];
    expect([first, last]).toEqual(["2026-06-01", "2026-06-30"]);
    expect(daysOf("2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z", "UTC")).toBeUndefined();
    if (first && last) expect(plain(en.days(first, last))).toBe("1 – 30 Jun");
  });

  test("times are of the reporting zone, which is named", () => {
    expect(en.time("2026-06-10T12:02:10Z")).toBe("14:02");
    expect(en.last("2026-06-10T12:02:10Z", "2026-06-10T20:00:00Z")).toBe("14:02");
    expect(en.last("2026-06-10T12:02:10Z", "2026-06-11T20:00:00Z")).toBe("10 Jun");
    expect(en.zone("2026-06-10T12:00:00Z")).toBe("Europe/Berlin (UTC+2)");
    expect(en.zone("2026-01-10T12:00:00Z")).toBe("Europe/Berlin (UTC+1)");
    expect(createFormat("en", "America/New_York", today).zone("2026-01-10T12:00:00Z")).toBe(
      "America/New_York (UTC−5)",
    );
  });
});
