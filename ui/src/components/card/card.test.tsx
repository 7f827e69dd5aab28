import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { ApiError } from "@/api/errors";
import type { Meta } from "@/api/meta";
import type { Answer } from "@/api/use-answer";
import { answerOf, metaOf } from "@/test/meta";
import { renderPart } from "@/test/render";
import { Card } from "./card";
import type { CardContent } from "./content";

interface Data {
  meta: Meta;
  total: number | null;
}

const data = (total: number | null = 9_809, meta: Partial<Meta> = {}): Data => ({
  meta: metaOf(meta),
  total,
});
const content = ({ total }: Data): CardContent => ({
  figure: { value: total, percent: 14.2 },
  caption: "Busiest Thu.",
  empty: total === 0 ? { title: "No messages", text: "Last one 3 May." } : undefined,
  twin: { columns: ["Day", "Messages"], rows: [["Thu", 825]] },
  body: <p>chart</p>,
});
const card = (answer: Answer<Data>) => (
  <Card
    id="messages"
    title="Messages"
    answer={answer}
    content={content}
    metrics={["messages"]}
    table="totals"
  />
);
const region = () => screen.getByRole("region", { name: "Messages" });

test("figure, change, what it is compared with, caption, and where it comes from", async () => {
  await renderPart(card(answerOf(data())));
  expect(within(region()).getByText("9,809")).toBeDefined();
  // The spaces around the dash are as narrow as the language has them.
  expect(region().textContent?.replace(/\s/g, " ")).toContain("up 14.2% against Sep 29 – Oct 28");
  expect(region().textContent).toContain("Busiest Thu.");
  expect(region().querySelector("footer")?.textContent).toBe("rollup·as of 12:00:00 PM·UTC");
});

test("what is not known is a dash, never 0", async () => {
  await renderPart(card(answerOf(data(null))));
  expect(within(region()).getByText("–")).toBeDefined();
});

test("the first answer on its way has the shape of the card", async () => {
  await renderPart(card(answerOf<Data>(undefined, { isFetching: true })));
  expect(within(region()).getByRole("status", { name: "Loading" })).toBeDefined();
});

test("an answer that did not come says why, what to quote, and tries again", async () => {
  const retry = vi.fn();
  const error = new ApiError(500, {
    code: "internal",
    message: "It broke.",
    requestId: "01a21cd3a140",
    retryAfter: undefined,
  });
  await renderPart(card(answerOf<Data>(undefined, { error, retry })));
  expect(within(region()).getByRole("alert").textContent).toContain("It broke.");
  expect(within(region()).getByRole("button", { name: "Request 1cd3a140" })).toBeDefined();
  await userEvent.click(within(region()).getByRole("button", { name: "Retry" }));
  expect(retry).toHaveBeenCalledOnce();
});

test("after an error the last good answer stays, with its age", async () => {
  const error = new ApiError(503, { code: "busy", message: "Busy.", requestId: undefined, retryAfter: 8 });
  await renderPart(card(answerOf(data(), { error, at: Date.now() - 14 * 60_000, isStale: true })));
  expect(within(region()).getByRole("alert").textContent).toContain(
    "Could not refresh: Busy. Shown: 14 min. ago.",
  );
  expect(within(region()).getByText("9,809")).toBeDefined();
});

test("nothing says why", async () => {
  await renderPart(card(answerOf(data(0))));
  expect(region().textContent).toContain("No messagesLast one 3 May.");
});

test("days that are not filled, sampled numbers and filters that are not honoured are told", async () => {
  const meta = { ledger: { clean: 324, dirty: 41 }, approximate: true };
  const answer = answerOf(data(9_809, meta));
  await renderPart(card({ ...answer, asked: { ...answer.asked, notHonoured: ["filter"] } }));
  expect(region().textContent).toContain("Filling 41 of 365 days");
  expect(region().textContent).toContain("≈ 9,809");
  expect(region().textContent).toContain("Does not combine with this card: filter.");
});

test("what privacy withholds is locked, and is not 0", async () => {
  const privacy = { mode: "aggregate", minGroup: 5, withheld: 1 };
  await renderPart(card(answerOf(data(0, { privacy }))));
  expect(region().textContent).toContain("WithheldFewer than 5 people");
});

test("v turns it over, the address keeps it, and the table has the numbers", async () => {
  const { router } = await renderPart(card(answerOf(data())));
  within(region()).getByRole("button", { name: "Menu of Messages" }).focus();
  await userEvent.keyboard("v");
  expect(router.state.location.search).toEqual({ view: "messages" });
  expect(within(region()).queryByText("chart")).toBeNull();
  expect(within(within(region()).getByRole("table")).getByRole("rowheader").textContent).toBe("Thu");
  expect(within(region()).getByRole("cell").textContent).toBe("825");
});

test("files have the very query of the card", async () => {
  await renderPart(card(answerOf(data())));
  await userEvent.click(within(region()).getByRole("button", { name: "Menu of Messages" }));
  expect((await screen.findByRole("menuitem", { name: "Export CSV" })).getAttribute("href")).toBe(
    "/admin/analytics/api/dashboard?period=30d&compare=previous&format=csv&table=totals",
  );
  expect(screen.getByRole("menuitem", { name: "Export JSON" }).getAttribute("href")).toBe(
    "/admin/analytics/api/dashboard?period=30d&compare=previous&format=json",
  );
});

test("?card= fills the window, and Esc goes back", async () => {
  const { router } = await renderPart(card(answerOf(data())), "/?card=messages");
  expect(await screen.findByRole("dialog", { name: "Messages" })).toBeDefined();
  await userEvent.keyboard("{Escape}");
  expect(router.state.location.search).toEqual({});
});
