import { expect, test } from "vitest";
import { DEFAULT_SCOPE, travelling, withScope, withView, writeSearch } from "./url-state";

test("what belongs to a page does not travel, what is asked and how it is shown does", () => {
  const search = { period: "7d", theme: "dark", filter: "channel is c1", tab: "list", drill: "people,x" };
  expect(travelling(search)).toEqual({ period: "7d", theme: "dark", filter: "channel is c1" });
});

test("another scope leaves the page's own parameters alone, and defaults out", () => {
  const search = { period: "7d", includeBots: "true", tab: "list" };
  expect(withScope(search, { ...DEFAULT_SCOPE, tz: "Asia/Tokyo" })).toEqual({
    tz: "Asia/Tokyo",
    tab: "list",
  });
});

test("what is empty is taken out of the address", () => {
  expect(withView({ tab: "list", search: "a" }, { search: "", view: "table" })).toEqual({
    tab: "list",
    view: "table",
  });
});

test("addresses stay readable, and read as they were written", () => {
  const search = { tz: "Europe/Berlin", asOf: "2026-06-01T10:00:00Z", filter: 'channel is a,"b & c"' };
  const text = writeSearch(search);
  expect(text).toContain("tz=Europe/Berlin&asOf=2026-06-01T10:00:00Z");
  expect(Object.fromEntries(new URLSearchParams(text))).toEqual(search);
});
