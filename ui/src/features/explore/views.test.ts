import { expect, test } from "vitest";
import { keptQuery, type SavedView, viewOf } from "./views";

const view = (id: string, query: Record<string, string>) => ({ id, query }) as SavedView;

test("a view keeps the question, and nothing of how somebody looks at it", () => {
  const address = { metrics: "messages", period: "7d", card: "chart", drill: "x", lang: "de", filter: "" };
  expect(keptQuery(address)).toEqual({ metrics: "messages", period: "7d" });
});

test("the view that is shown is found by its question, whatever the order of its parts", () => {
  const views = [view("a", { metrics: "messages" }), view("b", { period: "7d", metrics: "messages" })];
  expect(viewOf(views, { metrics: "messages", period: "7d", card: "chart" })?.id).toBe("b");
  expect(viewOf(views, { metrics: "messages" })?.id).toBe("a");
  expect(viewOf(views, { metrics: "events" })).toBeUndefined();
});
