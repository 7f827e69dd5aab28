import { expect, test } from "vitest";
import { createFormat } from "./format";
import { parseDate } from "./plain-date";
import { roughDuration } from "./rough-duration";

test("long times have no seconds, and very long ones no hours", () => {
  const format = createFormat("en-GB", "UTC", parseDate("2026-11-27") as never);
  const of = (seconds: number) => roughDuration(seconds, format);
  expect([of(94), of(958), of(7_500), of(2_540_000)]).toEqual([
    "1 min 34 secs",
    "16 mins",
    "2 hrs 5 mins",
    "29 days",
  ]);
});
