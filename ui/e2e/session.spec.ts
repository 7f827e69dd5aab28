import { ROUTES } from "./support/routes";
import { ADMIN_KEY } from "./support/service";
import { expect, PAGES, ready, settle, test } from "./support/test";

const REFUSED = /status of 401/;

test("nothing can be read before signing in @fast", async ({ demo, page, problems }) => {
  problems.expect(REFUSED);
  for (const route of ROUTES) {
    const path = `${PAGES}/${route.replaceAll("$", "x")}`;
    await page.goto(`${demo.url}${path}?period=7d`);
    await expect(page, path).toHaveURL(/\/sign-in\?next=/);
    await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  }
  for (const answer of [
    "dashboard",
    "users",
    "events",
    "settings",
    "keys",
    "sessions",
    "export?metrics=users",
  ]) {
    const status = await page.evaluate(
      async (address) => (await fetch(address)).status,
      `${PAGES}/api/${answer}`,
    );
    expect(status, answer).toBe(401);
  }
});

test("a wrong key says so, the right one leads to where one wanted to go @fast", async ({
  demo,
  page,
  problems,
}) => {
  problems.expect(REFUSED);
  await page.goto(`${demo.url}${PAGES}/users?period=90d&tab=retention`);
  await page.getByLabel("API key").fill("nca_admin_this-key-is-not-known-to-anybody-0000000000");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.getByLabel("API key").fill(ADMIN_KEY);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${demo.url}${PAGES}/users?period=90d&tab=retention`);
  await ready(page);
  await expect(page.getByRole("tab", { name: "Retention" })).toHaveAttribute("aria-selected", "true");
  const cookies = await page.context().cookies();
  const session = cookies.find(({ name }) => name === "nchat_analytics_session");
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Strict", path: PAGES });
  expect(await page.evaluate(() => `${JSON.stringify(localStorage)}${document.cookie}`)).not.toContain(
    ADMIN_KEY,
  );
});

test("a link signs in once", async ({ start, page, problems, browser }) => {
  problems.expect(REFUSED);
  const service = await start({ demo: true });
  const printed = await service.run("sign-in-link", "--url", service.url);
  const link = /https?:\S+/.exec(printed)?.[0] ?? "";
  await page.goto(link);
  await ready(page);
  expect(page.url()).not.toContain("code");
  const other = await browser.newContext();
  const again = await other.newPage();
  await again.goto(link);
  await expect(again.getByRole("alert")).toContainText("used already");
  await other.close();
});

test("a session that ends is renewed in place", async ({ start, open, problems }) => {
  problems.expect(REFUSED);
  const service = await start({ demo: true });
  await settle(service);
  const page = await open(service, "/channels?tab=list&period=90d&sort=name");
  const names = page.getByRole("rowheader");
  const figures = await names.allInnerTexts();
  const { sessions } = await service.json("sessions");
  for (const { id } of sessions) await service.fetch(`sessions/${id}`, { method: "DELETE" });
  const address = page.url();
  await page.keyboard.press("r");
  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await expect(dialog).toBeVisible();
  await dialog.getByLabel("API key").fill(ADMIN_KEY);
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await ready(page);
  expect(page.url()).toBe(address);
  expect(await names.allInnerTexts()).toEqual(figures);
});

test("signing out leaves nothing behind", async ({ demo, open, problems }) => {
  problems.expect(REFUSED);
  const page = await open(demo, "/");
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await page.context().cookies()).toEqual([]);
  await page.goBack();
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expect(page.locator("[data-figure]")).toHaveCount(0);
});

test("changes take the token of the session, and the cookie counts on the pages only", async ({
  demo,
  open,
  problems,
}) => {
  problems.expect(/status of 40[13]/);
  const page = await open(demo, "/");
  const post = (headers: Record<string, string>) =>
    page.evaluate(
      async ([address, given]) => {
        const init = { method: "POST", headers: given as Record<string, string>, body: "{}" };
        const response = await fetch(address as string, init);
        return { status: response.status, body: await response.text() };
      },
      [`${PAGES}/api/annotations`, { "content-type": "application/json", ...headers }] as const,
    );
  expect((await post({})).body).toContain("csrf_refused");
  expect((await post({ "x-csrf-token": "made-up" })).status).toBe(403);
  const elsewhere = await page.context().request.get(`${demo.url}${PAGES}/api/dashboard`, {
    headers: { "sec-fetch-site": "cross-site", origin: "https://elsewhere.example" },
  });
  expect(elsewhere.status()).toBe(401);
  const outside = await page.context().request.get(`${demo.url}/api/analytics/dashboard`);
  expect(outside.status()).toBe(401);
});

test("a key that reads sees settings and changes nothing", async ({ start, open, problems }) => {
  problems.expect(/status of 403/);
  const service = await start();
  const { secret } = await service.json("keys", { name: "reader", access: "read" });
  const page = await open(service, "/settings", secret);
  await expect(page.getByText("You may read this, and not change it.")).toBeVisible();
  await expect(page.getByRole("tab", { name: "Keys" })).toHaveCount(0);
  for (const tab of ["Segments", "Annotations"]) {
    await page.getByRole("tab", { name: tab }).click();
    await ready(page);
    await expect(page.getByRole("main").getByRole("button", { name: /New|Add|Delete/ })).toHaveCount(0);
  }
  const status = await page.evaluate(async (prefix) => {
    const { csrf } = await (await fetch(`${prefix}/session`)).json();
    const headers = { "content-type": "application/json", "x-csrf-token": csrf };
    const body = JSON.stringify({ at: new Date().toISOString(), title: "x" });
    return (await fetch(`${prefix}/annotations`, { method: "POST", headers, body })).status;
  }, `${PAGES}/api`);
  expect(status).toBe(403);
});

test("a link to the door leads nowhere else", async ({ demo, page, problems }) => {
  problems.expect(REFUSED);
  const elsewhere = [
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "/\\elsewhere.example",
    "/admin/analytics//elsewhere.example",
    "/admin/analytics/../../elsewhere",
    "javascript:alert(1)",
    "/admin/analytics/api/session",
    "https:elsewhere.example",
    "/admin/analytics/%5c%5celsewhere.example",
    "\t//elsewhere.example",
  ];
  for (const next of elsewhere) {
    await page.context().clearCookies();
    await page.goto(`${demo.url}${PAGES}/sign-in?next=${encodeURIComponent(next)}`);
    await page.getByLabel("API key").fill(ADMIN_KEY);
    await page.keyboard.press("Enter");
    await ready(page);
    const { origin, pathname } = new URL(page.url());
    expect(`${origin}${pathname}`, next).toBe(`${demo.url}${PAGES}/`);
  }
});
