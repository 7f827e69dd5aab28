import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import { renderPart } from "@/test/render";
import { Palette } from "./palette";

beforeEach(() => {
  localStorage.clear();
  const results = [{ kind: "channel", id: "c 1", name: "general", isAside: false }];
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(Response.json({ results }))),
  );
});

test("Ctrl K finds actions and what the API knows, and Enter does it", async () => {
  const { router } = await renderPart(<Palette />);
  await userEvent.keyboard("{Control>}k{/Control}");
  await userEvent.type(await screen.findByRole("combobox"), "gen");
  expect(await screen.findByRole("option", { name: /#general/ })).toBeDefined();
  await userEvent.keyboard("{Enter}");
  expect(router.state.location.pathname).toBe("/channels/c 1");
  expect(screen.queryByRole("combobox")).toBeNull();
});

test("what was chosen last comes first", async () => {
  const { router } = await renderPart(<Palette />);
  await userEvent.keyboard("{Control>}k{/Control}");
  await userEvent.type(await screen.findByRole("combobox"), "last 90{Enter}");
  expect(router.state.location.search).toEqual({ period: "90d" });
  await userEvent.keyboard("{Control>}k{/Control}");
  expect((await screen.findAllByRole("option"))[0]?.textContent).toContain("Last 90 days");
});
