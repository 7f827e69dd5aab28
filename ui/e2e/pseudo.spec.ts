import { overflow, violations } from "./support/access";
import { onEachTab, pathOf, ROUTES } from "./support/routes";
import type { Service } from "./support/service";
import { expect, test } from "./support/test";
import { untranslated } from "./support/untranslated";

const WIDTHS = [390, 1280];

/** English in other letters, and the same from right to left. */
const PSEUDO_LOCALES = [
  ["en-XA", "ltr"],
  ["ar-XB", "rtl"],
] as const;

for (const route of ROUTES)
  for (const [locale, direction] of PSEUDO_LOCALES)
    test(`/${route} in ${locale} fits, is accessible, and leaves nothing in English`, async ({
      demo,
      open,
      page,
    }) => {
      await page.emulateMedia({ reducedMotion: "reduce" });
      const path = await pathOf(demo, route);
      const names = await namesOf(demo);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 844 });
        await open(demo, `${path}${path.includes("?") ? "&" : "?"}lang=${locale}`);
        await expect(page.locator("html")).toHaveAttribute("lang", locale);
        await expect(page.locator("html")).toHaveAttribute("dir", direction);
        // The letters of the pseudo-locale are there: what follows would hold for an empty page, too.
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(
          route === "channels/$id" || route === "users/$id" ? /./ : /[āēōũĩ]/i,
        );
        await onEachTab(page, async (tab) => {
          expect(await untranslated(page, names), `${tab} in English`).toEqual([]);
          expect(await overflow(page), `${tab} scrolls sideways at ${width}`).toBeLessThanOrEqual(0);
          expect(await violations(page), `${tab} at ${width}`).toEqual([]);
        });
      }
    });

/** Returns what the service gives names to, in English or as the chat calls it: these are no messages of the pages. */
async function namesOf(service: Service): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const collect = (value: unknown, key = ""): void => {
    if (typeof value === "string" && ["name", "title", "section"].includes(key)) names.add(value);
    else if (typeof value === "object" && value !== null)
      for (const [inner, one] of Object.entries(value)) collect(one, Array.isArray(value) ? key : inner);
  };
  for (const path of ["channels?limit=200", "metrics", "funnels/presets", "settings"])
    collect(await service.json(path));
  return names;
}
