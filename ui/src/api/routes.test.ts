import { expect, test } from "vitest";
import { DEFAULT_SCOPE } from "@/lib/url-state";
import { addressOf } from "./answers";

test("a route is asked with what it takes, and nothing else", () => {
  const byHour = { ...DEFAULT_SCOPE, groupBy: "hour" as const, tz: "Asia/Tokyo" };
  const parameters = (...asked: Parameters<typeof addressOf>) =>
    [...new URL(addressOf(...asked), "http://localhost").searchParams.keys()].sort();
  expect(parameters("dashboard", byHour)).toEqual(["compare", "groupBy", "period", "tz"]);
  expect(parameters("channels", byHour)).toEqual(["compare", "period", "tz"]);
  expect(parameters("channels", byHour, { include: "series" })).toContain("groupBy");
  expect(parameters("lifecycle", byHour)).toEqual(["period", "tz"]);
  expect(parameters("lifecycle", { ...byHour, groupBy: "week" })).toContain("groupBy");
  expect(parameters("export", byHour, { metrics: "messages" })).toContain("compare");
  expect(parameters("export", byHour, { metrics: "events" })).toEqual(["metrics", "period", "tz"]);
});
