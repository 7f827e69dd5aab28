import type { Page } from "@playwright/test";
import { onEachTab, pathOf, ROUTES } from "./support/routes";
import { expect, PAGES, ready, signIn, test } from "./support/test";

const WIDTHS = ["hour", "month"];

for (const route of ROUTES.filter((name) => name !== "$")) {
  test(`/${route} takes every parameter`, async ({ demo, open }) => {
    const path = await pathOf(demo, route);
    const joint = path.includes("?") ? "&" : "?";
    const scope = "compare=weekday&tz=Asia/Kathmandu&includeBots=true&channelId=general&asOf=";
    for (const groupBy of WIDTHS) {
      const page = await open(
        demo,
        `${path}${joint}period=7d&groupBy=${groupBy}&${scope}${new Date().toISOString()}`,
      );
      await onEachTab(page, async (tab) => {
        await expect(page.getByRole("alert"), tab).toHaveCount(0);
      });
    }
  });
}

test("choices survive reload, back, forward and another browser", async ({ demo, open, browser }) => {
  const page = await open(demo, "/");
  const steps: { query: string; figures: string[] }[] = [await stateOf(page)];
  const choose = async (act: () => Promise<void>, query: RegExp) => {
    await act();
    await expect(page).toHaveURL(query);
    await ready(page);
    steps.push(await stateOf(page));
  };
  await choose(async () => {
    await page
      .getByRole("group", { name: "Period" })
      .getByRole("button", { name: /Last 30 days/ })
      .click();
    await page.getByRole("button", { name: "Last 7 days" }).click();
  }, /period=7d/);
  await choose(async () => {
    await page.keyboard.press("x");
    await page.getByRole("button", { name: /Same weekdays|weekday/i }).click();
  }, /compare=weekday/);
  await choose(async () => {
    await page.getByRole("button", { name: "Zone, buckets, bots" }).click();
    await page.getByRole("button", { name: /America\/Los_Angeles/ }).click();
  }, /tz=America\/Los_Angeles/);
  await page.keyboard.press("Escape");

  const last = await stateOf(page);
  await page.reload();
  await ready(page);
  expect(await stateOf(page)).toEqual(last);

  for (const step of steps.slice(0, -1).reverse()) {
    await page.goBack();
    await ready(page);
    await expect.poll(async () => stateOf(page)).toEqual(step);
  }
  for (const step of steps.slice(1)) {
    await page.goForward();
    await ready(page);
    await expect.poll(async () => stateOf(page)).toEqual(step);
  }

  const other = await browser.newContext({ timezoneId: "Asia/Tokyo" });
  await signIn(other, demo);
  const elsewhere = await other.newPage();
  await elsewhere.goto(page.url());
  await ready(elsewhere);
  expect(await stateOf(elsewhere)).toEqual(last);
  await other.close();
});

test("filters are chips that survive a reload and travel along links", async ({ demo, open }) => {
  const page = await open(demo, `/?filter=${encodeURIComponent("channel is general")}`);
  const chip = page.getByRole("button", { name: /Remove/ });
  await expect(chip).toBeVisible();
  await page
    .getByRole("navigation", { name: /Pages|Analytics/ })
    .getByRole("link", { name: "Users" })
    .click();
  await ready(page);
  expect(new URL(page.url()).searchParams.get("filter")).toBe("channel is general");
  await page.reload();
  await ready(page);
  await expect(chip).toBeVisible();
  await chip.click();
  await expect(page).not.toHaveURL(/filter=/);
});

test("sort, search and tab of a table survive", async ({ demo, open }) => {
  const page = await open(demo, "/users");
  await page.getByRole("columnheader", { name: "Messages" }).getByRole("button").click();
  await expect(page).toHaveURL(/sort=messages/);
  await page.getByRole("searchbox").first().fill("nadia");
  await expect(page).toHaveURL(/search=nadia/);
  await page.reload();
  await ready(page);
  await expect(page.getByRole("searchbox").first()).toHaveValue("nadia");
  await expect(page.getByRole("columnheader", { name: "Messages" })).toHaveAttribute(
    "aria-sort",
    "descending",
  );
  await expect(page.getByRole("rowheader", { name: /Nadia/ })).toBeVisible();
  await page.getByRole("tab", { name: "Retention" }).click();
  await page.reload();
  await ready(page);
  await expect(page.getByRole("tab", { name: "Retention" })).toHaveAttribute("aria-selected", "true");
  await page.goBack();
  await ready(page);
  await expect(page.getByRole("searchbox").first()).toHaveValue("nadia");
});

test("a card turned over or in full screen, and a drawer, have links", async ({ demo, open }) => {
  const page = await open(demo, "/?view=activity");
  await expect(page.locator('[data-card="activity"]').getByRole("table")).toBeVisible();
  await page.goto(`${demo.url}${PAGES}/?card=activity`);
  const dialog = page.getByRole("dialog", { name: "Activity" });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(page).not.toHaveURL(/card=/);
});

/** Returns what the address says, and the figures of the page. */
async function stateOf(page: Page): Promise<{ query: string; figures: string[] }> {
  return {
    query: new URL(page.url()).search,
    figures: await page.locator("main [data-figure]").allInnerTexts(),
  };
}
