import { readCard } from "./support/cards";
import { daysAgo, message, messages } from "./support/events";
import { onEachTab, pathOf, ROUTES } from "./support/routes";
import { expect, PAGES, ready, settle, test } from "./support/test";

const STATIC = ROUTES.filter((route) => !route.includes("$") && route !== "channels/compare");

test("the last answers stay while the service is away", async ({ start, open, problems }) => {
  problems.expect(/ERR_|status of 5/);
  const service = await start({ demo: true });
  await settle(service);
  const page = await open(service, "/channels/general");
  const figures = await page.locator("[data-figure]").allInnerTexts();
  expect(figures.length).toBeGreaterThan(0);
  await service.stop();
  await page.keyboard.press("r");
  const notes = page.getByRole("alert").filter({ hasText: "Could not refresh" });
  await expect(notes.first()).toBeVisible();
  expect(await page.locator("[data-figure]").allInnerTexts()).toEqual(figures);
  await service.resume();
  await page.keyboard.press("r");
  await expect(notes).toHaveCount(0);
  await ready(page);
  expect(await page.locator("[data-figure]").count()).toBe(figures.length);
});

test("a page that cannot ask at first says so, and recovers", async ({ start, open, page, problems }) => {
  problems.expect(/status of 500/);
  const service = await start({ demo: true });
  let isBroken = true;
  await page.route("**/api/dashboard*", (route) =>
    isBroken
      ? route.fulfill({
          status: 500,
          json: { error: { code: "internal", message: "Something broke.", request_id: "r-1" } },
        })
      : route.continue(),
  );
  await open(service, "/");
  const figure = page.locator('[data-card="figure-people"]');
  await expect(figure.getByText("Something broke.")).toBeVisible();
  await expect(page.getByText("r-1").first()).toBeVisible();
  isBroken = false;
  await figure.getByRole("button", { name: "Retry" }).click();
  await expect(figure.locator("[data-figure]")).toBeVisible();
});

test("a busy service is asked again after the time that it says", async ({ demo, open, page, problems }) => {
  problems.expect(/status of 503/);
  const asked: number[] = [];
  await page.route("**/api/dashboard*", (route) => {
    asked.push(Date.now());
    return asked.length > 1
      ? route.continue()
      : route.fulfill({
          status: 503,
          headers: { "retry-after": "2" },
          json: { error: { code: "busy", message: "Busy." } },
        });
  });
  await open(demo, "/");
  await expect(page.locator('[data-card="figure-people"] [data-figure]')).toBeVisible();
  expect(asked.length).toBe(2);
  expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(2_000);
});

test("what is shown stays while the next answer is slow, and an answer that is late is not shown", async ({
  demo,
  open,
  page,
}) => {
  await open(demo, "/");
  const figure = page.locator('[data-card="figure-messages"] [data-figure]');
  const shown = await figure.innerText();
  const held: (() => void)[] = [];
  await page.route("**/api/dashboard*period=7d*", async (route) => {
    await new Promise<void>((resolve) => held.push(resolve));
    await route.continue().catch(() => undefined);
  });
  await page.keyboard.press("w");
  await expect(page).toHaveURL(/period=7d/);
  const card = page.locator('[data-card="figure-messages"]');
  await expect(card).toHaveAttribute("aria-busy", "true");
  await expect(figure).toHaveText(shown);
  await page.keyboard.press("q");
  await expect(page).toHaveURL(/period=90d/);
  await expect(card).toHaveAttribute("aria-busy", "false");
  const quarter = await figure.innerText();
  for (const release of held) release();
  await ready(page);
  await expect(figure).toHaveText(quarter);
});

test("ten years are drawn as well as a month", async ({ demo, open }) => {
  for (const route of STATIC) {
    const page = await open(demo, `/${route}?from=2017-01-01&to=2027-01-01&compare=year`);
    await onEachTab(page, async (tab) => {
      await expect(page.getByRole("alert"), `${route} ${tab}`).toHaveCount(0);
      expect(await page.locator("svg[data-chart] *").count(), `${route} ${tab}`).toBeLessThan(10_000);
    });
  }
});

test("a service without any event says so on every page", async ({ start, open }) => {
  const service = await start();
  for (const route of STATIC) {
    const page = await open(service, `/${route}`);
    await onEachTab(page, async (tab) => {
      await expect(page.getByRole("main"), `${route} ${tab}`).not.toContainText(
        /NaN|undefined|Infinity|null/,
      );
      await expect(page.getByRole("alert"), `${route} ${tab}`).toHaveCount(0);
    });
    if (route !== "setup") await expect(page.getByText("No event has come yet, so")).toBeVisible();
  }
});

test("one event is shown on every page", async ({ start, open }) => {
  const service = await start();
  await service.track([message({ user: "ana", channel: "general", at: new Date(Date.now() - 60_000) })]);
  for (const route of ROUTES.filter((name) => name !== "channels/compare")) {
    const page = await open(service, await pathOf(service, route));
    await onEachTab(page, async (tab) => {
      await expect(page.getByRole("main"), `${route} ${tab}`).not.toContainText(/NaN|undefined|Infinity/);
      await expect(page.getByRole("alert"), `${route} ${tab}`).toHaveCount(0);
    });
  }
  const page = await open(service, "/");
  await expect(page.locator('[data-card="figure-people"] [data-figure]')).toHaveText("1");
  await expect(page.locator('[data-card="figure-messages"] [data-figure]')).toHaveText("1");
});

/** Clock changes of the last months in the zone of the service: the day, and the hours that it has. */
const CHANGES = [
  ["2026-03-29", "2026-03-30", 23],
  ["2026-10-25", "2026-10-26", 25],
] as const;

for (const [day, next, hours] of CHANGES) {
  test(`the ${hours} hours of ${day} are hours of one day`, async ({ start, open }) => {
    const service = await start({ env: { ANALYTICS_RETENTION_DAYS: "0" } });
    const { meta } = await service.json(`dashboard?from=${day}&to=${next}`);
    const begin = new Date(meta.from);
    // A message in the middle of every hour that the day has.
    await service.track(
      Array.from({ length: hours }, (_, hour) =>
        message({
          user: "ana",
          channel: "general",
          at: new Date(begin.getTime() + (hour + 0.5) * 3_600_000),
        }),
      ),
    );
    const page = await open(service, `/?from=${day}&to=${next}&groupBy=hour&compare=none&view=activity`);
    const { rows } = await readCard(page.locator('[data-card="activity"]'));
    expect(rows.length).toBe(hours);
    expect(rows.map((row) => row[3])).toEqual(Array.from({ length: hours }, () => "1"));
    await expect(page.locator('[data-card="figure-messages"] [data-figure]')).toHaveText(String(hours));
    await page.goto(`${service.url}${PAGES}/?from=${day}&to=${next}&groupBy=day&compare=none&view=activity`);
    await ready(page);
    const days = (await readCard(page.locator('[data-card="activity"]'))).rows;
    expect(days.map((row) => row[3])).toEqual([String(hours)]);
  });
}

test("today just after midnight has a beginning, and an open end", async ({ start, open }) => {
  const service = await start();
  const { meta } = await service.json("dashboard?period=today");
  const midnight = new Date(meta.from);
  await service.track([
    ...messages(20, "general", daysAgo(1)),
    message({ user: "ana", channel: "general", at: midnight }),
  ]);
  const asOf = new Date(midnight.getTime() + 60_000).toISOString();
  const page = await open(service, `/?period=today&asOf=${asOf}`);
  await expect(page.locator('[data-card="figure-messages"] [data-figure]')).toHaveText("1");
  await expect(page.getByRole("main")).not.toContainText(/NaN|undefined|Infinity/);
  await expect(page.locator('[data-card="activity"]').getByText("so far")).toBeVisible();
});
