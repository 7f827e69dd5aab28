import { expect, test } from "vitest";
import { busiestHour, factsOf, median } from "./model";

const day = (date: string, value: number, complete = true) => ({ date, value, previous: null, complete });

test("the busiest day is compared with the median of days that are over", () => {
  // Thursday to Monday, which is not over: the median of 10, 40, 4 and 6 is 8.
  const series = [
    day("2026-06-04", 10),
    day("2026-06-05", 40),
    day("2026-06-06", 4),
    day("2026-06-07", 6),
    day("2026-06-08", 0, false),
  ];
  const facts = factsOf(series, true);
  expect(facts?.busiest.date).toBe("2026-06-05");
  expect(facts?.timesUsual).toBe(5);
  expect(facts?.weekendPercent).toBe((100 * 10) / 60);
  expect(factsOf(series, false)?.weekendPercent).toBeNull();
});

test("nothing is said of nothing", () => {
  expect(factsOf([], true)).toBeUndefined();
  expect(factsOf([day("2026-06-04", 0)], true)).toBeUndefined();
  expect(
    busiestHour([
      [0, 0],
      [0, 0],
    ]),
  ).toBeUndefined();
});

test("medians and the busiest hour", () => {
  expect([median([]), median([3]), median([4, 1]), median([9, 1, 2])]).toEqual([0, 3, 2.5, 2]);
  expect(
    busiestHour([
      [1, 5],
      [5, 2],
    ]),
  ).toEqual({ day: 0, hour: 1, value: 5 });
});
