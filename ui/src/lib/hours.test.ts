import { expect, test } from "vitest";
import { busiestHour, byTwoHours, officeShare } from "./hours";

const week = (cells: [number, number, number][]) => {
  const rows = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const [day, hour, value] of cells) (rows[day] ?? [])[hour] = value;
  return rows;
};

test("the busiest hour, and none of an empty week", () => {
  expect(
    busiestHour(
      week([
        [3, 13, 9],
        [4, 2, 9],
      ]),
    ),
  ).toEqual({ day: 3, hour: 13, value: 9 });
  expect(busiestHour(week([]))).toBeUndefined();
});

test("two hours are added, and office hours are a share of everything", () => {
  const rows = week([
    [0, 12, 3],
    [0, 13, 4],
    [6, 13, 3],
  ]);
  expect(byTwoHours(rows)[0]?.[6]).toBe(7);
  expect(officeShare(rows, 9, 18)).toBe(70);
  expect(officeShare(week([]), 9, 18)).toBeNull();
});
