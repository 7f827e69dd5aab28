import type { Browser, BrowserContext, Page } from "@playwright/test";
import { onEachTab } from "./support/routes";
import type { Service } from "./support/service";
import { expect, PAGES, type Problems, ready, settle, test } from "./support/test";

const OVER = "This link opens nothing any more";

/** A browser of somebody who never signed in. */
async function stranger(browser: Browser, problems: Problems): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: "en-GB" });
  await problems.watch(context);
  return context;
}

/** Makes a link by the menu of a page, and returns it. */
async function share(page: Page): Promise<string> {
  await page.keyboard.press("s");
  await page.getByRole("menuitem", { name: /people who do not sign in/ }).click();
  const dialog = page.getByRole("dialog", { name: "Shared link" });
  await dialog.getByLabel("How long it holds").selectOption("7");
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const link = await dialog.getByTestId("link").innerText();
  await dialog.getByRole("button", { name: "Done" }).click();
  return link;
}

/** The status of an answer that a page of the link asks for. */
function status(page: Page, path: string, token: string): Promise<number> {
  return page.evaluate(
    async ([address, shown]) =>
      (await fetch(address as string, { headers: { "x-share-token": shown as string } })).status,
    [`${PAGES}/api/${path}`, token],
  );
}

test("a shared link shows one page without names, and nothing after it is revoked", async ({
  start,
  open,
  browser,
  problems,
}) => {
  const service = await start({ demo: true });
  await settle(service);
  const admin = await open(service, "/users?tab=list&period=90d");
  const link = await share(admin);
  expect(link.startsWith(`${service.url}${PAGES}/s/`)).toBe(true);
  const token = link.split("/").at(-1) ?? "";

  const context = await stranger(browser, problems);
  const guest = await context.newPage();
  await guest.goto(link);
  await ready(guest);
  await expect(guest.getByText("Shared page, to read only")).toBeVisible();
  await expect(guest).toHaveURL(
    /\/s\/[\w-]+\?period=90d&compare=previous|\/s\/[\w-]+\?compare=previous&period=90d/,
  );
  await expect(guest.getByRole("navigation")).toHaveCount(0);
  const shown = await guest.getByRole("main").innerText();
  expect(shown).toContain("p_");
  const { users } = await service.json("users?period=90d&limit=30");
  for (const { userName, userId } of users) {
    for (const name of [userName, userId]) if (name) expect(shown).not.toContain(name);
  }
  expect(await context.cookies()).toEqual([]);

  // Another period, person or page is not to be had by the address.
  await guest.goto(`${link}?period=all&userId=${encodeURIComponent(users[0].userId)}`);
  await ready(guest);
  expect(new URL(guest.url()).searchParams.get("period")).toBe("90d");
  expect(new URL(guest.url()).searchParams.get("userId")).toBeNull();
  problems.expect(/status of (401|403)/);
  for (const path of ["keys", "settings", "events", "export?metrics=users", "dashboard", "users?period=all"])
    expect(await status(guest, path, token), path).toBe(403);
  await guest.goto(`${service.url}${PAGES}/channels`);
  await expect(guest).toHaveURL(/\/sign-in/);

  await admin.goto(`${service.url}${PAGES}/settings?tab=sharing`);
  await ready(admin);
  const row = admin.getByRole("row", { name: /Users/ });
  await expect(row).toContainText("no names");
  await row.getByRole("button", { name: "Revoke" }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(admin.getByRole("row", { name: /Users/ })).toHaveCount(0);
  await guest.goto(link);
  await expect(guest.getByRole("heading", { name: OVER })).toBeVisible();
  await context.close();
});

test("every page that can be shared opens whole", async ({ demo, browser, problems }) => {
  const { channels } = await demo.json("channels?sort=activity&limit=2");
  const [one, two] = channels.map(({ channelId }: { channelId: string }) => encodeURIComponent(channelId));
  const context = await stranger(browser, problems);
  const guest = await context.newPage();
  for (const [page, query] of [
    ["/", ""],
    ["/users", ""],
    ["/channels", ""],
    [`/channels/${one}`, ""],
    ["/channels/compare", `ids=${one},${two}`],
    ["/content", ""],
    ["/journeys", ""],
    ["/explore", "metrics=messages,posters&groupBy=day"],
  ]) {
    const { id, link } = await demo.json("shares", { page, query });
    await guest.goto(`${demo.url}${link}`);
    await ready(guest);
    await onEachTab(guest, async (tab) => {
      await expect(guest.getByRole("main").getByRole("link"), `${page} ${tab}`).toHaveCount(0);
      expect(problems.found, `${page} ${tab}`).toEqual([]);
    });
    await demo.fetch(`shares/${id}`, { method: "DELETE" });
  }
  await context.close();
});

/** Shows a page in a frame of another page, and returns what that is told. */
async function framed(page: Page, service: Service, path: string) {
  const parent = `${service.url}/around.html`;
  await page.route(parent, (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<script>told = []; addEventListener("message", (event) => told.push(event.data))</script>
        <iframe src="${PAGES}${path}" style="width: 1000px; height: 700px"></iframe>`,
    }),
  );
  await page.goto(parent);
  const told = () => page.evaluate(() => (window as unknown as { told: Record<string, unknown>[] }).told);
  return { frame: page.frameLocator("iframe"), told };
}

test("an embedded page has tabs on top, and tells its frame how high it is", async ({
  start,
  open,
  page,
}) => {
  const service = await start({ demo: true, env: { ANALYTICS_FRAME_ANCESTORS: "self" } });
  await settle(service);
  await open(service, "/?embed=1");
  const { frame, told } = await framed(page, service, "/channels?embed=1&theme=dark&accent=38bdf8&period=7d");
  await expect(frame.getByRole("heading", { level: 1, name: "Channels" })).toBeVisible();
  await expect(frame.getByRole("banner")).toHaveCount(0);
  await expect(frame.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(frame.locator("html")).toHaveAttribute("style", /--primary: ?#38bdf8/);
  await expect.poll(async () => (await told()).some(({ height }) => Number(height) > 300)).toBe(true);
  await frame.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Content" }).click();
  await expect(frame.getByRole("heading", { level: 1, name: "Content" })).toBeVisible();
  await expect
    .poll(
      async () => (await told()).filter(({ type }) => type === "nchat-analytics:navigate").at(-1)?.["path"],
    )
    .toMatch(/\/content\?.*embed=1/);
  const last = (await told()).filter(({ path }) => path).at(-1)?.["path"];
  for (const kept of ["theme=dark", "accent=38bdf8", "period=7d"]) expect(last).toContain(kept);
  // The frame asks for nothing more when the service stops.
  await page.goto("about:blank");
});

test("no page shows ours in a frame unless it is listed", async ({ demo, open, page, problems }) => {
  problems.expect(/frame-ancestors|Refused to (frame|display)|Framing/i);
  await open(demo, "/?embed=1");
  const { frame, told } = await framed(page, demo, "/channels?embed=1");
  await expect(frame.getByRole("heading", { level: 1 })).toHaveCount(0);
  expect(await told()).toEqual([]);
});
