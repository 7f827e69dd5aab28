import { expect, test } from "vitest";
import { codeOf, nextAddress, shownOf } from "./next";

test("only pages of ours are gone on to", () => {
  expect(nextAddress("/admin/analytics/users?tab=list&period=7d")).toBe("/users?tab=list&period=7d");
  expect(nextAddress("/admin/analytics")).toBe("/");
  expect(nextAddress("/admin/analytics/")).toBe("/");
  for (const other of [
    undefined,
    "https://evil.example/admin/analytics/",
    "//evil.example/admin/analytics/",
    "/admin/analyticsx",
    "/admin/analytics/../users",
    "/admin/analytics//evil.example",
    "/admin/analytics/\\evil.example",
    "javascript:alert(1)",
    "/admin/analytics/sign-in?next=/admin/analytics/",
    "/admin/analytics/api/session",
    "http://[",
  ])
    expect(nextAddress(other)).toBe("/");
});

test("a token has three parts, a code stands behind the mark", () => {
  expect(shownOf(" nca_read_x ")).toEqual({ key: "nca_read_x" });
  expect(shownOf("a.b.c")).toEqual({ token: "a.b.c" });
  expect(codeOf("#code=x%2By")).toBe("x+y");
  expect(codeOf("")).toBeUndefined();
  expect(codeOf("#tab=1")).toBeUndefined();
});
