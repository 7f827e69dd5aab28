import type { Page } from "@playwright/test";
import { overflow, violations } from "./support/access";
import { onEachTab, pathOf, ROUTES } from "./support/routes";
import { expect, test } from "./support/test";

const WIDTHS = [390, 1280];
const THEMES = ["light", "dark"] as const;

for (const route of ROUTES) {
  test(`/${route} renders every tab @fast`, async ({ demo, open }) => {
    const page = await open(demo, await pathOf(demo, route));
    await onEachTab(page, async () => {
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      await expect(page.getByRole("alert")).toHaveCount(0);
    });
  });

  for (const width of WIDTHS) {
    for (const theme of THEMES) {
      test(`/${route} is accessible at ${width}, ${theme}`, async ({ demo, open, page }) => {
        await page.setViewportSize({ width, height: 844 });
        await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        await open(demo, await pathOf(demo, route));
        await onEachTab(page, async (tab) => {
          expect(await violations(page), tab).toEqual([]);
          expect(await overflow(page), `${tab} scrolls sideways`).toBeLessThanOrEqual(0);
        });
      });
    }
  }
}

/** What stands over a page, and how it is opened. */
const OVERLAYS: [string, (page: Page) => Promise<void>][] = [
  ["a drawer", (page) => page.locator('[data-card="care"] li button').first().click()],
  ["the menu of a card", (page) => page.getByRole("button", { name: "Menu of Activity" }).click()],
  ["a definition", (page) => page.getByRole("button", { name: "How is Activity computed" }).click()],
  ["the palette", (page) => page.keyboard.press("Control+k")],
  ["the list of keys", (page) => page.keyboard.press("?")],
  ["periods", (page) => page.keyboard.press("p")],
  ["filters", (page) => page.keyboard.press("f")],
];

/** What opens stands beside the landmarks of the page, and has a role of its own. */
const OVERLAY_RULES = ["region"];

for (const theme of THEMES) {
  test(`what opens over a page is accessible, ${theme}`, async ({ demo, open, page }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    for (const [name, show] of OVERLAYS) {
      await open(demo, "/");
      await show(page);
      const overlay = page.locator('[role="dialog"], [role="menu"]');
      await expect(overlay.first(), name).toBeVisible();
      await expect(overlay.getByRole("status", { name: "Loading" }), name).toHaveCount(0);
      expect(await violations(page, OVERLAY_RULES), name).toEqual([]);
    }
  });
}
