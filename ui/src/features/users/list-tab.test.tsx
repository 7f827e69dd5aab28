import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { ToastProvider } from "@/components/ui/toast";
import { renderPart } from "@/test/render";
import { ListTab } from "./list-tab";

const meta = {
  asOf: "2026-11-27T12:00:00Z",
  timezone: "UTC",
  from: "2026-10-29T00:00:00Z",
  to: "2026-11-27T12:00:00Z",
  source: "rollup",
};
const person = (userId: string, displayName: string) => ({
  ...{ userId, displayName, role: "member", messageCount: 7, reactions: 2, files: 1, channelsActive: 3 },
  ...{ daysActive: 4, engagementScore: 12, engagementLevel: "low", lastActive: null, series: [] },
});

/** Answers as the service does, and returns the addresses that were asked for. */
function answerPeople(total: number): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    const body = address.includes("/lifecycle?")
      ? { meta, summary: { activeUsers: 46, new: 1, kept: 44, returning: 1, churned: null } }
      : {
          ...{ meta, total, users: total > 0 ? [person("ana", "Ana Roth")] : [] },
          summary: { totalUsers: 60, activeUsers: 46, averageEngagement: 29 },
        };
    return new Response(JSON.stringify(body));
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

test("a figure narrows the list, and what is not known is no zero", async () => {
  const asked = answerPeople(1);
  const { router } = await renderPart(<ListTab />);
  await screen.findByRole("rowheader", { name: /Ana Roth/ });
  expect((await screen.findByRole("button", { name: /gone/ })).textContent).toMatch(/^–\s*gone$/);
  await userEvent.click(screen.getByRole("button", { name: /new$/ }));
  expect(router.state.location.search).toEqual({ lifecycle: "new" });
  const last = asked.filter((address) => address.includes("/users?")).at(-1);
  expect(last).toContain("lifecycle=new");
  expect(last).toContain("include=series");
});

test("a list that nobody is in says why, and widens again", async () => {
  answerPeople(0);
  const { router } = await renderPart(
    <ToastProvider>
      <ListTab />
    </ToastProvider>,
    "/?level=high&search=zz",
  );
  await userEvent.click(await screen.findByRole("button", { name: "Show everybody" }));
  expect(router.state.location.search).toEqual({});
});
