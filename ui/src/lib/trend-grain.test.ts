import { expect, test } from "vitest";
import { trendGrain } from "./trend-grain";
import { DEFAULT_SCOPE } from "./url-state";

test("small charts have few bars, whatever the span", () => {
  const of = (from: string, to: string) => trendGrain({ ...DEFAULT_SCOPE, from, to });
  expect(trendGrain(DEFAULT_SCOPE)).toBe("day");
  expect(trendGrain({ ...DEFAULT_SCOPE, period: "365d" })).toBe("week");
  expect(of("2022-05-01", "2022-06-01")).toBe("day");
  expect(of("2022-01-01", "2022-12-31")).toBe("week");
  expect(of("2019-01-01", "2022-01-01")).toBe("month");
});
