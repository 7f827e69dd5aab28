import { expect, test } from "vitest";
import { writeBytes } from "./bytes";

test("sizes have the unit that reads best", () => {
  expect(["en", "de"].map((locale) => writeBytes(locale, 1_312_576))).toEqual(["1.3 MB", "1,3 MB"]);
  expect([0, 999, 1_000].map((bytes) => writeBytes("en", bytes))).toEqual(["0 byte", "999 byte", "1 kB"]);
});
