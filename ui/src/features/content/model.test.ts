import { expect, test } from "vitest";
import { termDrill, termFacts, termFilter, usageFacts } from "./model";
import type { Term } from "./queries";

function term(name: string, count: number, previous: number): Term {
  const changePercent = previous === 0 ? null : (100 * (count - previous)) / previous;
  const trend = { current: count, previous, change: null, changePercent, trend: "up" };
  return { name, count, users: 3, trends: { count: trend, users: trend } } as unknown as Term;
}

test("the mover has enough uses before, the newcomer none", () => {
  const rows = [term("plan", 110, 100), term("deploy", 20, 40), term("tiny", 9, 1), term("incident", 8, 0)];
  const facts = termFacts(rows);
  expect(facts?.first.name).toBe("plan");
  expect(facts?.mover?.term.name).toBe("deploy");
  expect(facts?.mover?.percent).toBe(-50);
  expect(facts?.newcomer?.name).toBe("incident");
  expect(termFacts([])).toBeUndefined();
  expect(termFacts([term("plan", 110, 100)])?.mover).toBeUndefined();
});

test("a term has a day and a channel", () => {
  const days = [
    { date: "2026-11-04", count: 2, users: 1 },
    { date: "2026-11-05", count: 6, users: 2 },
  ];
  const channels = [
    { channelId: "c1", channelName: "general", count: 2, users: 1 },
    { channelId: "c2", channelName: null, count: 6, users: 1 },
  ];
  expect(usageFacts({ name: "x", days, channels } as never)).toEqual({
    peak: { date: "2026-11-05", count: 6 },
    channel: { name: "c2", percent: 75 },
  });
  expect(usageFacts({ name: "x", days: [], channels: [] } as never)).toBeUndefined();
});

test("the list behind a day counts what the row counts", () => {
  expect(termFilter("topics", {}, 'a "b" \\c')).toBe('topic is "a \\"b\\" \\\\c"');
  expect(termFilter("files", { by: "extension" }, "png")).toBe('fileExtension is "png"');
  expect(termFilter("links", { by: "host" }, "a.b")).toBe('link is "a.b"');
  expect(termDrill("emoji", { where: "reactions" }, "heart", "2026-11-30")).toEqual({
    kind: "reactions",
    from: "2026-11-30",
    to: "2026-12-01",
    own: { filter: 'emoji is "heart"' },
  });
  expect(termDrill("emoji", {}, "heart", "2026-11-30")).toMatchObject({
    kind: "events",
    own: { filter: 'emoji is "heart" and not type is reaction_removed' },
  });
  expect(termDrill("files", {}, "x.png", "2026-11-30")?.kind).toBe("files");
  expect(termDrill("topics", {}, "x", "none")).toBeUndefined();
});
