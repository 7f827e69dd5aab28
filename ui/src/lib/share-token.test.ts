import { expect, test } from "vitest";
import { tokenOf } from "./share-token";

test("only the path of a shared link has a token", () => {
  expect(tokenOf("/admin/analytics/s/aB3-_x")).toBe("aB3-_x");
  expect(tokenOf("/admin/analytics/s/aB3-_x/")).toBe("aB3-_x");
  for (const other of [
    "/admin/analytics/",
    "/admin/analytics/s/",
    "/admin/analytics/s/a/b",
    "/s/a",
    "/x/admin/analytics/s/a",
  ])
    expect(tokenOf(other)).toBeUndefined();
});
