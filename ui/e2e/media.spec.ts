import type { Page } from "@playwright/test";
import { onEachTab, pathOf, ROUTES } from "./support/routes";
import { expect, test } from "./support/test";

for (const route of ROUTES) {
  test(`/${route} fits at 400 % zoom, in forced colours and on paper`, async ({ demo, open, page }) => {
    // 1280 pixels at four times their size.
    await page.setViewportSize({ width: 320, height: 256 });
    await open(demo, await pathOf(demo, route));
    await onEachTab(page, async (tab) => {
      expect(await beyond(page), `${tab} at 400 %`).toEqual([]);
    });

    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ forcedColors: "active", colorScheme: "dark" });
    await onEachTab(page, async (tab) => {
      expect(await unseenCharts(page), `${tab} in forced colours`).toEqual([]);
    });

    await page.emulateMedia({ media: "print", forcedColors: "none", colorScheme: "light" });
    await expect(page.getByRole("banner")).toBeHidden();
    await expect(page.getByRole("navigation", { name: "Pages" })).toBeHidden();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  });
}

/** Returns what reaches beyond a window that the page should fit into; nothing where it does. */
function beyond(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const isClipped = (element: Element): boolean => {
      const parent = element.parentElement;
      if (!parent || parent === document.documentElement) return false;
      return getComputedStyle(parent).overflowX !== "visible" || isClipped(parent);
    };
    const elements = [...document.querySelectorAll("main *")];
    const wide = elements.filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1 && !isClipped(element),
    );
    return wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 160));
  });
}

/** Returns the charts of which no mark has a colour other than what is behind it. */
function unseenCharts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const behind = getComputedStyle(document.body).backgroundColor;
    const isSeen = (colour: string) => !["none", "rgba(0, 0, 0, 0)", "transparent", behind].includes(colour);
    const charts = [...document.querySelectorAll("svg[data-chart]")];
    const unseen = charts.filter((chart) => {
      const marks = [...chart.querySelectorAll("path, rect, circle, line, polygon")];
      return !marks.some((mark) => {
        const { fill, stroke } = getComputedStyle(mark);
        return isSeen(fill) || isSeen(stroke);
      });
    });
    return unseen.map((chart) => chart.querySelector("title")?.textContent ?? "");
  });
}
