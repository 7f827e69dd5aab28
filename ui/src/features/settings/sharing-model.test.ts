import { expect, test } from "vitest";
import { scopeOf } from "./sharing-model";

test("a link says what it is about", () => {
  expect(scopeOf("compare=previous&filter=channel+is+a&period=90d&tab=list")).toBe(
    "filter channel is a · period 90d · tab list",
  );
  expect(scopeOf("asOf=2026-02-20T12%3A00%3A00Z&compare=year")).toBe(
    "asOf 2026-02-20T12:00:00Z · compare year",
  );
});
