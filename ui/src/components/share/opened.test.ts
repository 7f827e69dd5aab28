import { expect, test } from "vitest";
import { fixedSearch, isSameSearch, openedPage } from "./opened";

const QUERY = "compare=previous&filter=channel+is+a&period=90d&tab=list";

test("the route of a page has no identifier in it", () => {
  expect(openedPage("/")).toEqual({ route: "/", id: undefined });
  expect(openedPage("/channels/compare")).toEqual({ route: "/channels/compare", id: undefined });
  expect(openedPage("/channels/caf%C3%A9%20%2F")).toEqual({ route: "/channels/$id", id: "café /" });
});

test("the link says what a page is about, whatever the address says", () => {
  const whole = { compare: "previous", filter: "channel is a", period: "90d", tab: "list" };
  expect(fixedSearch(QUERY, {})).toEqual(whole);
  expect(fixedSearch(QUERY, { embed: "1", lang: "de" })).toEqual({ ...whole, embed: "1", lang: "de" });
  const changed = {
    ...whole,
    period: "all",
    filter: "channel is b",
    userId: "u1",
    asOf: "2026-01-01",
    tab: "grid",
  };
  expect(fixedSearch(QUERY, changed)).toEqual({ ...whole, tab: "grid" });
  // The first tab is not in the address.
  const { tab, ...first } = whole;
  expect(fixedSearch(QUERY, first)).toEqual(first);
  expect(fixedSearch("ids=a,b&period=7d", { ids: "a,c", period: "7d" })).toEqual({
    ids: "a,b",
    period: "7d",
  });
});

test("the order of parameters says nothing", () => {
  expect(isSameSearch({ a: "1", b: "2" }, { b: "2", a: "1" })).toBe(true);
  expect(isSameSearch({ a: "1" }, { a: "2" })).toBe(false);
  expect(isSameSearch({ a: "1" }, {})).toBe(false);
});
