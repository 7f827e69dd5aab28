import { join } from "node:path";
import { onEachTab, pathOf, ROUTES } from "./support/routes";
import { test } from "./support/test";

const WIDTHS = [390, 1280, 1920];
const THEMES = ["light", "dark"] as const;
const folder = join(process.env["E2E_OUTPUT"] ?? "node_modules/.e2e", "screenshots");

for (const route of ROUTES) {
  for (const width of WIDTHS) {
    for (const theme of THEMES) {
      test(`/${route} at ${width}, ${theme} @screenshots`, async ({ demo, open, page }) => {
        await page.setViewportSize({ width, height: width < 640 ? 844 : 1080 });
        await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        await open(demo, await pathOf(demo, route));
        await onEachTab(page, async (tab) => {
          const name = [route || "overview", tab.toLowerCase()].filter(Boolean).join("-");
          await page.screenshot({
            path: join(folder, `${width}-${theme}`, `${name.replaceAll(/[^a-z0-9]+/gi, "-")}.png`),
            fullPage: true,
          });
        });
      });
    }
  }
}
