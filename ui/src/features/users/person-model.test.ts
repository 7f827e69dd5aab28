import { expect, test } from "vitest";
import { parseDate } from "@/lib/plain-date";
import { longestPause, wholeCalendar } from "./person-model";

test("days that are left out are days without a message", () => {
  const [first, last] = [parseDate("2026-02-27"), parseDate("2026-03-02")] as never as ["x", "x"];
  const days = wholeCalendar([{ date: "2026-02-28", messageCount: 3 }], first as never, last as never);
  expect(days.map((day) => [day.date, day.value])).toEqual([
    ["2026-02-27", 0],
    ["2026-02-28", 3],
    ["2026-03-01", 0],
    ["2026-03-02", 0],
  ]);
});

test("a pause counts from the first message on", () => {
  const day = (date: string, value: number) => ({ date, value });
  const days = [day("2026-06-01", 0), day("2026-06-02", 0), day("2026-06-03", 0), day("2026-06-04", 5)];
  expect(longestPause(days)).toBeUndefined();
  const later = [
    ...days,
    day("2026-06-05", 0),
    day("2026-06-06", 0),
    day("2026-06-07", 1),
    day("2026-06-08", 0),
  ];
  expect(longestPause(later)).toEqual({ first: "2026-06-05", last: "2026-06-06", days: 2 });
});
