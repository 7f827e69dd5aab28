import { expect, test } from "vitest";
import { bucketLabel, bucketLabels, bucketSpan, bucketTitle } from "./bucket";
import { createFormat } from "./format";
import type { PlainDate } from "./plain-date";

const format = createFormat("en-GB", "Europe/Berlin", "2026-11-27" as PlainDate);

test("a day, a week and an hour of a zone", () => {
  const day = { date: "2026-10-25", end: "2026-10-25T23:00:00Z" };
  expect([bucketLabel(day.date, format), bucketTitle(day, format)]).toEqual(["25 Oct", "Sun 25 Oct"]);
  // The day on which clocks went back has 25 hours, and is one day.
  expect(bucketSpan(day, format)).toEqual({ from: "2026-10-25", to: "2026-10-26" });
  const week = { date: "2026-11-16", end: "2026-11-22T23:00:00Z" };
  // The spaces around the dash are as narrow as the language has them.
  expect(bucketTitle(week, format).replace(/\s/g, "")).toBe("16–22Nov");
  expect(bucketSpan(week, format)).toEqual({ from: "2026-11-16", to: "2026-11-23" });
  const hour = { date: "2026-11-27T13:00:00+01:00", end: "2026-11-27T13:00:00Z" };
  expect([bucketLabel(hour.date, format), bucketTitle(hour, format)]).toEqual(["13:00", "Fri 27 Nov, 13:00"]);
  expect(bucketSpan(hour, format)).toEqual({
    from: "2026-11-27T12:00:00.000Z",
    to: "2026-11-27T13:00:00.000Z",
  });
});

test("an axis names a year only where there are several", () => {
  expect(bucketLabels(["2022-05-01", "2022-05-02"], format)).toEqual(["1 May", "2 May"]);
  expect(bucketLabels(["2021-12-01", "2022-01-01"], format)).toEqual(["Dec 2021", "Jan 2022"]);
  expect(bucketLabels(["2026-11-27T13:00:00+01:00"], format)).toEqual(["13:00"]);
});
