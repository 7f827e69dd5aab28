import { gzipSync } from "node:zlib";
import type { Page, Response } from "@playwright/test";
import { pathOf, ROUTES } from "./support/routes";
import type { Service } from "./support/service";
import { expect, PAGES, ready, signIn, test } from "./support/test";

const KB = 1_000;
const FIRST_PAGE = 240 * KB;
const FURTHER_PAGE = 60 * KB;
const MOST_REQUESTS = 8;
/** In milliseconds. */
const FIRST_PAINT = 1_000;
const READY = 2_000;

/** What a page loads: scripts and styles in bytes of gzip, and requests to the API. */
class Loaded {
  readonly #files = new Map<string, Promise<number>>();
  readonly asked: string[] = [];

  constructor(page: Page) {
    page.on("response", (response) => this.#see(response));
  }

  #see(response: Response): void {
    const { pathname } = new URL(response.url());
    if (pathname.startsWith(`${PAGES}/api/`)) this.asked.push(`${response.request().method()} ${pathname}`);
    else if (/\.(js|css)$/.test(pathname) && !this.#files.has(pathname))
      this.#files.set(
        pathname,
        response.body().then((body) => gzipSync(body, { level: 9 }).length),
      );
  }

  async bytes(): Promise<number> {
    const sizes = await Promise.all(this.#files.values());
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}

async function load(page: Page, service: Service, path: string): Promise<Loaded> {
  const loaded = new Loaded(page);
  await signIn(page.context(), service);
  await page.goto(`${service.url}${PAGES}${path}`);
  await ready(page);
  return loaded;
}

test("the first page is small, and asks little @fast", async ({ demo, page }) => {
  const loaded = new Loaded(page);
  await signIn(page.context(), demo);
  await page.goto(`${demo.url}${PAGES}/`);
  await expect(page.locator('[data-card="care"] ul')).toBeVisible();
  await expect(page.locator('[data-card="activity"] svg[data-chart]').first()).toBeVisible();
  // What comes into sight later is asked for then.
  expect(loaded.asked.length, loaded.asked.join("\n")).toBeLessThanOrEqual(MOST_REQUESTS);
  expect(await loaded.bytes()).toBeLessThanOrEqual(FIRST_PAGE);
});

for (const route of ROUTES.filter((name) => name !== "" && name !== "$")) {
  test(`/${route} adds little to the first page`, async ({ demo, page }) => {
    const first = await load(page, demo, "/");
    const before = await first.bytes();
    const path = await pathOf(demo, route);
    await page.evaluate((to) => {
      window.history.pushState({}, "", to);
      window.dispatchEvent(new PopStateEvent("popstate"));
    }, `${PAGES}${path}`);
    await expect(page).toHaveURL(`${demo.url}${PAGES}${path}`);
    await ready(page);
    expect((await first.bytes()) - before).toBeLessThanOrEqual(FURTHER_PAGE);
  });
}

test("the first page is there quickly", async ({ demo, page }) => {
  await load(page, demo, "/");
  // With what a browser keeps, as everybody but a newcomer has it.
  const started = Date.now();
  await page.goto(`${demo.url}${PAGES}/?period=7d`);
  await expect(page.locator('[data-card="figure-people"] [data-figure]')).toBeVisible();
  const took = Date.now() - started;
  const paint = await page.evaluate(
    () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.POSITIVE_INFINITY,
  );
  expect(paint).toBeLessThan(FIRST_PAINT);
  expect(took).toBeLessThan(READY);
});
