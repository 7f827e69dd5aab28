import { expect, test } from "vitest";
import { chartGrain } from "./chart-grain";
import { DEFAULT_SCOPE } from "./url-state";

const known = { firstEvent: "2020-01-01T05:00:00Z", now: "2026-11-27T12:00:00Z" };

test("a line over time has as many points as can be read", () => {
  const of = (from: string, to: string) => chartGrain({ ...DEFAULT_SCOPE, from, to }, known);
  expect(chartGrain(DEFAULT_SCOPE, known)).toBe("day");
  expect(chartGrain({ ...DEFAULT_SCOPE, period: "today" }, known)).toBe("hour");
  expect(chartGrain({ ...DEFAULT_SCOPE, period: "all" }, known)).toBe("month");
  expect(
    chartGrain({ ...DEFAULT_SCOPE, period: "all" }, { ...known, firstEvent: "2026-11-01T00:00:00Z" }),
  ).toBe("day");
  expect([
    of("2022-05-10", "2022-05-11"),
    of("2022-01-01", "2022-07-01"),
    of("2021-01-01", "2022-01-01"),
  ]).toEqual(["hour", "day", "week"]);
});

test("what the address asks for is not changed", () => {
  expect(chartGrain({ ...DEFAULT_SCOPE, groupBy: "week" }, known)).toBe("week");
});
