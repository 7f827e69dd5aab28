import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
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

/** Returns what axe finds, in a line each. */
async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`),
  );
}

/** Returns by how many pixels the page is wider than the window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
