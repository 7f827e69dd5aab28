import { expect, test } from "vitest";
import type { Import } from "@/api/imports";
import { percentOf, shownImport } from "./import-model";

const one = (id: string, state: string) => ({ id, state }) as Import;

test("how much is done is known where there is a whole", () => {
  expect(percentOf({ doneBytes: 30, totalBytes: 120 })).toBe(25);
  expect(percentOf({ doneBytes: 130, totalBytes: 120 })).toBe(100);
  expect(percentOf({ doneBytes: 30, totalBytes: null })).toBeUndefined();
  expect(percentOf({ doneBytes: 0, totalBytes: 0 })).toBeUndefined();
});

test("the newest import is shown until it is cancelled or put away", () => {
  expect(shownImport(undefined, undefined)).toBeUndefined();
  expect(shownImport([], undefined)).toBeUndefined();
  const [done, before] = [one("b", "done"), one("a", "counted")];
  expect(shownImport([done, before], undefined)).toBe(done);
  expect(shownImport([done, before], "b")).toBeUndefined();
  expect(shownImport([done, before], "a")).toBe(done);
  expect(shownImport([one("c", "cancelled"), done], undefined)).toBeUndefined();
});
