import { expect, test } from "vitest";
import { busiestHour, coreHours, factsOf, median, moversOf } from "./model";

const day = (date: string, value: number, complete = true) => ({ date, value, complete });

test("the busiest day is compared with the median of days that are over", () => {
  // Tuesday to Monday, which is not over: the median of 8, 8, 10, 40, 4 and 6 is 8.
  const series = [
    day("2026-06-02", 8),
    day("2026-06-03", 8),
    day("2026-06-04", 10),
    day("2026-06-05", 40),
    day("2026-06-06", 4),
    day("2026-06-07", 6),
    day("2026-06-08", 0, false),
  ];
  const facts = factsOf(series, true);
  expect(facts?.busiest.date).toBe("2026-06-05");
  expect(facts?.timesUsual).toBe(5);
  expect(facts?.weekendPercent).toBe((100 * 10) / 76);
  expect(factsOf(series, false)?.weekendPercent).toBeNull();
  expect(factsOf(series.slice(1), true)?.weekendPercent).toBeNull();
});

test("nothing is said of nothing", () => {
  const silence = [
    [0, 0],
    [0, 0],
  ];
  expect(factsOf([], true)).toBeUndefined();
  expect(factsOf([day("2026-06-04", 0)], true)).toBeUndefined();
  expect(busiestHour(silence)).toBeUndefined();
  expect(coreHours(silence)).toBeUndefined();
});

test("medians and the busiest hour", () => {
  expect([median([]), median([3]), median([4, 1]), median([9, 1, 2])]).toEqual([0, 3, 2.5, 2]);
  const hours = [
    [1, 5],
    [5, 2],
  ];
  expect(busiestHour(hours)).toEqual({ day: 0, hour: 1, value: 5 });
});

test("the shortest stretch that has half of everything", () => {
  const hours = Array.from({ length: 24 }, (_, hour) => (hour >= 13 && hour < 16 ? 10 : 1));
  // 30 of 51 are between 13 and 16; half is 25.5.
  expect(coreHours([hours])).toEqual({ from: 13, to: 16 });
});

test("who moved most, up and down, of those with enough before", () => {
  const row = (name: string, before: number | null, now: number) => ({
    channelId: name,
    name,
    previousMessageCount: before,
    messageCount: now,
    growthPercent: before ? (100 * (now - before)) / before : null,
  });
  const rows = [
    row("a", 100, 400),
    row("b", 20, 90),
    row("c", 1_000, 400),
    row("d", 19, 900),
    row("e", 500, 480),
  ];
  expect(moversOf(rows).map(({ name, percent }) => [name, percent])).toEqual([
    ["a", 300],
    ["c", -60],
  ]);
  expect(moversOf([row("new", null, 50), row("e", 500, 480)])).toEqual([]);
});
