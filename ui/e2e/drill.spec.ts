import type { Locator, Page } from "@playwright/test";
import { onEachTab, pathOf, ROUTES } from "./support/routes";
import { expect, ready, test } from "./support/test";

/** Marks of each chart whose lists are counted: the first, the last, and one between. */
const WALKS = [["Home"], ["End"], ["End", "ArrowLeft", "ArrowLeft", "ArrowLeft"]];

for (const route of ROUTES) {
  test(`/${route}: as many are listed behind a mark as it says`, async ({ demo, open }) => {
    const page = await open(demo, await pathOf(demo, route));
    await onEachTab(page, async () => {
      const charts = page.locator("main section[data-card] svg[data-chart]");
      for (let place = 0; place < (await charts.count()); place += 1)
        for (const walk of WALKS) await followMark(page, charts.nth(place), walk);
    });
  });
}

test("each count of what needs care is the count of its list", async ({ demo, open }) => {
  const page = await open(demo, "/");
  const rows = page.locator('[data-card="care"]').getByRole("listitem").getByRole("button");
  expect(await rows.count()).toBeGreaterThan(0);
  for (const row of await rows.all()) {
    const count = await row.locator("b").innerText();
    await row.click();
    await expect(page.getByRole("dialog").locator("[data-figure]")).toHaveText(count);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
});

/** Walks to a mark by keys, opens the list behind it, and compares the count with what was read aloud. */
async function followMark(page: Page, chart: Locator, walk: string[]): Promise<void> {
  await chart.focus();
  for (const key of walk) await page.keyboard.press(key);
  const frame = chart.locator("..");
  const spoken = frame.locator('[aria-live="polite"]');
  const said = (await spoken.count()) > 0 ? await spoken.innerText() : "";
  const canOpen = (await frame.getByText("Enter or click: see the list").count()) > 0;
  if (!said || !canOpen) return;
  // The name of a mark is no number of it.
  const numbers = numbersOf(said.slice(said.indexOf(", ")));
  const before = page.url();
  await page.keyboard.press("Enter");
  await expect(page, said).not.toHaveURL(before);
  if (new URL(page.url()).pathname === new URL(before).pathname && /[?&]drill=/.test(page.url())) {
    const drawer = page.getByRole("dialog");
    await expect(drawer.locator("[data-figure]"), said).not.toHaveText("–");
    const count = await drawer.locator("[data-figure]").innerText();
    expect(numbers, `${page.url()}\n${said}`).toContain(Number(count.replaceAll(",", "")));
    const compared = /before ([\d,]+)/.exec(said)?.[1];
    const change = drawer.locator("[data-figure] ~ span", { hasText: "%" }).first();
    if (compared && compared !== "0" && (await change.count()) > 0)
      expect(await change.innerText(), said).toContain(changeOf(count, compared));
  }
  await page.goBack();
  await expect(page).toHaveURL(before);
  await ready(page);
}

/** Returns the numbers that a sentence says. */
function numbersOf(said: string): number[] {
  const written = said.match(/\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?/g) ?? [];
  return written.map((text) => Number(text.replaceAll(",", "")));
}

/** Returns a change as drawers write it, without its sign. */
function changeOf(now: string, before: string): string {
  const [value, other] = [now, before].map((text) => Number(text.replaceAll(",", ""))) as [number, number];
  return `${Math.abs((100 * (value - other)) / other).toFixed(1)}%`;
}
