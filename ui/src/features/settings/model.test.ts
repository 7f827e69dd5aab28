import { expect, test } from "vitest";
import { annotationDraft, bySection, keyState, listOf, timeOf } from "./model";
import type { Annotation, Key, Setting } from "./queries";

test("a key that was revoked or has expired is not accepted", () => {
  const now = Date.parse("2026-11-27T12:00:00Z");
  const key = (revokedAt: string | null, expiresAt: string | null) => ({ revokedAt, expiresAt }) as Key;
  expect(keyState(key(null, null), now)).toBe("holds");
  expect(keyState(key(null, "2026-11-27T12:00:00Z"), now)).toBe("expired");
  expect(keyState(key(null, "2026-11-27T12:00:01Z"), now)).toBe("holds");
  expect(keyState(key("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"), now)).toBe("revoked");
});

test("settings stand under their sections, and are found by their meaning", () => {
  const setting = (name: string, section: string, about: string) => ({ name, section, about }) as Setting;
  const all = [setting("A", "One", "zone"), setting("B", "Two", "week"), setting("C", "One", "port")];
  expect(bySection(all, "").map(([name, list]) => [name, list.length])).toEqual([
    ["One", 2],
    ["Two", 1],
  ]);
  expect(bySection(all, " WEEK ")).toEqual([["Two", [all[1]]]]);
  expect(listOf(" a, b\nc ")).toEqual(["a", "b", "c"]);
});

test("an annotation of whole days has days, one of an instant keeps it", () => {
  const note = (times: Partial<Annotation>) => times as Annotation;
  expect(timeOf(note({ at: "2026-11-04T23:00:00Z" }), "Europe/Berlin")).toEqual({
    first: "2026-11-05",
    last: "2026-11-05",
  });
  expect(timeOf(note({ at: "2026-11-05T10:00:00Z" }), "UTC")?.instant).toBe("2026-11-05T10:00:00Z");
  const span = note({ from: "2026-11-05T00:00:00Z", to: "2026-11-08T00:00:00Z" });
  expect(timeOf(span, "UTC")).toEqual({ first: "2026-11-05", last: "2026-11-07" });
});

test("what is kept of an annotation ends after its last day", () => {
  const fields = { title: " Fair ", text: "", kind: "event", first: "2026-11-30", last: "2026-12-01" };
  expect(annotationDraft(fields)).toEqual({
    title: "Fair",
    kind: "event",
    from: "2026-11-30",
    to: "2026-12-02",
  });
  expect(annotationDraft({ ...fields, last: "" })).toEqual({
    title: "Fair",
    kind: "event",
    at: "2026-11-30",
  });
  expect(annotationDraft({ ...fields, last: "2026-11-01" })).toBeUndefined();
  expect(annotationDraft({ ...fields, title: " " })).toBeUndefined();
});
