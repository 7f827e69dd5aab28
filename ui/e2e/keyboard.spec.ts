import type { Page } from "@playwright/test";
import { daysAgo, messages } from "./support/events";
import { expect, ready, test } from "./support/test";

/** More stops of the keyboard than any page has. */
const STOPS = 150;

test("the dying channel is found by keyboard alone", async ({ start, open }) => {
  const service = await start();
  for (const week of [1, 2, 3, 4]) {
    await service.track(messages(60, "busy", daysAgo(7 * week + 3)));
    await service.track(messages(40, "dying", daysAgo(7 * week + 3)));
  }
  await service.track([...messages(60, "busy", daysAgo(3)), ...messages(4, "dying", daysAgo(3))]);
  const page = await open(service, "/?period=7d");
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await expect(page).toHaveURL(/\/channels/);
  await ready(page);
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await tabTo(page, (focus) => focus.role === "tab");
  for (let step = 0; step < 10 && (await focused(page)).text !== "Care"; step += 1)
    await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/tab=care/);
  await ready(page);
  await tabTo(page, (focus) => focus.tag === "A" && focus.text === "#dying");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/channels\/dying/);
  await ready(page);
  await expect(page.getByRole("heading", { level: 1, name: /dying/ })).toBeFocused();
});

test("a chart is walked and opened by keys, and the focus comes back", async ({ demo, open }) => {
  const page = await open(demo, "/");
  await tabTo(page, (focus) => focus.role === "figure");
  await page.keyboard.press("End");
  const said = page.locator('[data-card="activity"] [aria-live="polite"]').first();
  const last = await said.innerText();
  await page.keyboard.press("ArrowLeft");
  await expect(said).not.toHaveText(last);
  await expect(said).toHaveText(/people \d+/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect((await focused(page)).role).toBe("figure");
});

test("the palette, the list of keys and the keys of a card work", async ({ demo, open }) => {
  const page = await open(demo, "/");
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("combobox").fill("random");
  await expect(page.getByRole("option", { name: /random/ }).first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/channels\/random/);
  await ready(page);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await expect(page).toHaveURL(/analytics\/?(\?|$)/);
  await ready(page);
  await tabTo(page, (focus) => focus.role === "figure");
  await page.keyboard.press("v");
  await expect(page).toHaveURL(/view=activity/);
  await expect(page.locator('[data-card="activity"]').getByRole("table")).toBeVisible();
});

test("the first stop leads to the content", async ({ demo, open }) => {
  const page = await open(demo, "/users");
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("Tab");
  expect((await focused(page)).text).toBe("Skip to content");
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();
});

interface Focus {
  tag: string;
  role: string;
  text: string;
}

/** Returns what has the focus. */
function focused(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const at = document.activeElement;
    return {
      tag: at?.tagName ?? "",
      role: at?.getAttribute("role") ?? "",
      text: at?.textContent?.trim() ?? "",
    };
  });
}

/** Presses Tab until something has the focus, which has to be seen there. */
async function tabTo(page: Page, isIt: (focus: Focus) => boolean): Promise<void> {
  for (let stop = 0; stop < STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    if (isIt(await focused(page))) return;
  }
  throw new Error(`Nothing of the kind in ${STOPS} stops.`);
}
