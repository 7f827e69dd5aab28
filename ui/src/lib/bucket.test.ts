import { expect, test } from "vitest";
import { spanOfBucket } from "./bucket";

test("a day in Berlin is one day, also where its end is on the day before in UTC", () => {
  const span = spanOfBucket({ date: "2026-06-10", end: "2026-06-10T22:00:00Z" }, "Europe/Berlin");
  expect(span).toEqual({ from: "2026-06-10", to: "2026-06-11" });
});
