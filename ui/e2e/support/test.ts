import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { ADMIN_KEY, Service } from "./service";

export { expect };

/** The prefix of all pages. */
export const PAGES = "/admin/analytics";

/** What a page said that it should not have said. A test that provokes something says so before. */
export class Problems {
  readonly #found: string[] = [];
  readonly #expected: RegExp[] = [];

  /** Says that a problem is what the test is about. */
  expect(...patterns: RegExp[]): void {
    this.#expected.push(...patterns);
  }

  get found(): string[] {
    return this.#found.filter((problem) => !this.#expected.some((pattern) => pattern.test(problem)));
  }

  /** Notes errors and warnings of the console, uncaught errors, and what the policy of content refuses. */
  async watch(context: BrowserContext): Promise<void> {
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) =>
        console.error(`securitypolicyviolation: ${event.violatedDirective} ${event.blockedURI}`),
      );
    });
    context.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      this.#found.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => this.#found.push(`uncaught: ${error.error().stack}`));
  }
}

interface WorkerFixtures {
  /** The service with the demo's history. Tests change nothing in it that others see. */
  demo: Service;
}

interface Fixtures {
  problems: Problems;
  /** Starts a service for this test alone. */
  start: typeof Service.start;
  /** Opens a page of a service, signed in. */
  open: (service: Service, path: string, key?: string) => Promise<Page>;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  demo: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const service = await Service.start({ demo: true });
      await settle(service);
      await use(service);
      await service.remove();
    },
    { scope: "worker", timeout: 300_000 },
  ],
  problems: [
    async ({ context }, use) => {
      const problems = new Problems();
      await problems.watch(context);
      await use(problems);
      expect(problems.found, "what the console says").toEqual([]);
    },
    { auto: true },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  start: async ({}, use) => {
    const started: Service[] = [];
    await use(async (options) => {
      const service = await Service.start(options);
      started.push(service);
      return service;
    });
    for (const service of started) await service.remove();
  },
  open: async ({ page, context }, use) => {
    await use(async (service, path, key = ADMIN_KEY) => {
      await signIn(context, service, key);
      await page.goto(`${service.url}${PAGES}${path}`);
      await ready(page);
      return page;
    });
  },
});

/** Signs in through the endpoint of sessions; the cookie stays in the context. */
export async function signIn(context: BrowserContext, service: Service, key = ADMIN_KEY): Promise<void> {
  const answer = await context.request.post(`${service.url}${PAGES}/api/session`, {
    data: { key },
    headers: { origin: service.url },
  });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** Waits until nothing of a page is on its way any more, and returns to its top. */
export async function ready(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect.poll(() => lookAtWaiting(page), { message: "parts that are on their way" }).toBe(0);
  await page.evaluate(() => window.scrollTo({ top: 0, behavior: "instant" }));
}

/** Returns how many parts of a page are on their way; some are asked for when they come into sight. */
function lookAtWaiting(page: Page): Promise<number> {
  return page.evaluate(() => {
    const waiting = document.querySelectorAll('[aria-busy="true"], [data-loading]');
    waiting[waiting.length - 1]?.scrollIntoView({ behavior: "instant" });
    return waiting.length;
  });
}

/** Waits until every day is in the rollups, so that answers say nothing of days that are filled. */
export async function settle(service: Service): Promise<void> {
  await expect.poll(async () => (await service.json("ledger?limit=1")).dirty, { timeout: 240_000 }).toBe(0);
}
