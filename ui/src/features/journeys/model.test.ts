import { expect, test } from "vitest";
import { ANSWERED, drawnLinks, flowFacts, largestLoss, moved, toSteps, windowSeconds } from "./model";
import type { FunnelRun, Journeys } from "./queries";

const flow = {
  matched: 400,
  nodes: [
    { id: "1:", step: 1, eventType: null, sessions: 200 },
    { id: "1:open", step: 1, eventType: "open", sessions: 160 },
    { id: "2:post", step: 2, eventType: "post", sessions: 40 },
  ],
  links: [
    { source: "1:open", target: "2:post", sessions: 40 },
    { source: "1:", target: "2:post", sessions: 1 },
  ],
} as unknown as Journeys;

test("a flow begins with the most frequent kind, and never with the rest", () => {
  expect(flowFacts(flow)).toEqual({
    first: { eventType: "open", percent: 40 },
    second: { eventType: "post", percent: 25 },
  });
  expect(flowFacts({ ...flow, nodes: [], matched: 0 })).toBeUndefined();
  expect(drawnLinks(flow)).toEqual({ links: [flow.links[0]], least: 2 });
});

test("the largest loss is counted in people", () => {
  const steps = [
    { name: "joined", people: 31, dropped: null },
    { name: "read", people: 18, dropped: 13 },
    { name: "posted", people: 17, dropped: 1 },
  ] as FunnelRun["steps"];
  expect(largestLoss(steps)).toEqual({ from: "joined", to: "read", lost: 13, of: 31 });
  expect(largestLoss(steps.slice(0, 1))).toBeUndefined();
});

test("a funnel has two whole steps, and begins with an event", () => {
  const step = (event: string, filter = "") => ({ key: 1, event, filter });
  expect(toSteps([step("a"), step("")])).toBeUndefined();
  expect(toSteps([step("a")])).toBeUndefined();
  expect(toSteps([step(ANSWERED), step("a")])).toBeUndefined();
  expect(toSteps([step("a", " channel is c1 "), step(ANSWERED)])).toEqual([
    { events: ["a"], filter: "channel is c1" },
    { answered: true },
  ]);
  expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
});

test("a window is so many seconds", () => {
  expect(["30m", "24h", "7d", "7 days"].map(windowSeconds)).toEqual([1_800, 86_400, 604_800, undefined]);
});
