import type { Page } from "@playwright/test";
import { daysAgo, message } from "./support/events";
import { expect, ready, test } from "./support/test";

const PEOPLE = 3_000;
const MOST_ROWS = 60;

test("thousands of people are a list that holds only those in sight", async ({ start, open, page }) => {
  const service = await start();
  const people = Array.from({ length: PEOPLE }, (_, place) => `person-${String(place).padStart(5, "0")}`);
  for (let from = 0; from < PEOPLE; from += 1_000)
    await service.track(
      people.slice(from, from + 1_000).map((user) => message({ user, channel: "general", at: daysAgo(1) })),
    );
  await open(service, "/users?period=7d&sort=name&order=asc");
  const table = page.getByRole("table");
  await expect(table).toHaveAttribute("aria-rowcount", String(PEOPLE + 1));
  await scrollThrough(page, "tbody tr:not([aria-hidden])", async () => {
    await table.locator("..").evaluate((frame) => frame.scrollBy({ top: 6_000, behavior: "instant" }));
    return page.getByRole("rowheader", { name: people.at(-1) ?? "", exact: false }).count();
  });

  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await ready(page);
  await scrollThrough(page, "main li[data-index]", async () => {
    await page.evaluate(() => window.scrollBy({ top: 6_000, behavior: "instant" }));
    return page.getByText(people.at(-1) ?? "").count();
  });
});

/** Scrolls until the last row is there; at no time are more rows in the document than may be. */
async function scrollThrough(page: Page, rows: string, step: () => Promise<number>): Promise<void> {
  await expect
    .poll(
      async () => {
        const isThere = await step();
        expect(await page.locator(rows).count()).toBeLessThanOrEqual(MOST_ROWS);
        return isThere;
      },
      { timeout: 120_000, intervals: [50] },
    )
    .toBeGreaterThan(0);
}
