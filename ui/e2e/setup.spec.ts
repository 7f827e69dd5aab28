import type { Page } from "@playwright/test";
import { overflow, violations } from "./support/access";
import type { Service } from "./support/service";
import { expect, PAGES, signIn, test } from "./support/test";

/** Lines of messages of two people, and one that is none. */
const LINES = [
  {
    type: "message_sent",
    ts: 1_704_186_000,
    user_id: "u1",
    channel_id: "c1",
    message_id: "m1",
    text: "a #b",
  },
  { type: "message_sent", ts: 1_704_272_400, user_id: "u2", channel_id: "c1", message_id: "m2", text: "yes" },
].map((line) => JSON.stringify(line));
const HISTORY = { name: "history.ndjson", mimeType: "", buffer: Buffer.from([...LINES, "none"].join("\n")) };

const door = (page: Page) => page.getByRole("region", { name: "Import a history" });
const drop = (page: Page, file: { name: string; mimeType: string; buffer: Buffer }) =>
  door(page).locator('input[type="file"]').setInputFiles(file);

/** A page may be looked at by everybody in each of its states. */
async function isForAll(page: Page, state: string): Promise<void> {
  expect(await violations(page), state).toEqual([]);
  expect(await overflow(page), `${state} scrolls sideways`).toBeLessThanOrEqual(0);
}

const eventsOf = async (service: Service) => (await service.json("status")).events;

// The page looks at its service every few seconds, which must not end before it.
test.afterEach(({ page }) => page.goto("about:blank"));

test("a history is dropped, counted, imported, and counts once @fast", async ({ start, open, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const service = await start({ env: { ANALYTICS_RETENTION_DAYS: "0" } });
  await open(service, "/setup");
  await drop(page, HISTORY);
  await expect(door(page)).toContainText(
    "“history.ndjson” holds 2 events, from Tue, 2 Jan 2024 to Wed, 3 Jan 2024",
  );
  await expect(door(page)).toContainText("Nothing is stored yet");
  expect(await eventsOf(service)).toBe(0);
  await door(page).getByText("One entry is left out").click();
  await expect(door(page)).toContainText("not_json");
  await isForAll(page, "counted");

  // On other pages the header says that something waits.
  await page.goto(`${service.url}${PAGES}/ledger`);
  const pill = page.getByRole("banner").getByRole("link", { name: "An import waits" });
  await expect(pill).toBeVisible();
  await pill.click();
  await door(page).getByRole("switch", { name: "Take channels of unknown kind for confidential" }).click();
  await door(page).getByRole("button", { name: "Import", exact: true }).click();
  await expect(door(page).getByRole("status")).toContainText("2 events are new, 0 were here before");
  expect(await eventsOf(service)).toBe(2);
  expect((await service.json("content?period=all")).hashtags).toEqual([]);
  await expect(page.getByText("2 events are here")).toBeVisible();
  await isForAll(page, "done");

  await door(page).getByRole("button", { name: "Import another file" }).click();
  await drop(page, HISTORY);
  await door(page).getByRole("button", { name: "Import", exact: true }).click();
  await expect(door(page).getByRole("status")).toContainText("0 events are new, 2 were here before");
});

test("what cannot be imported says why, and nothing of it stays", async ({ start, open, page }) => {
  const service = await start({ env: { ANALYTICS_MAX_UPLOAD: "1M" } });
  await page.setViewportSize({ width: 390, height: 844 });
  await open(service, "/setup");
  await drop(page, { name: "large.ndjson", mimeType: "", buffer: Buffer.alloc(1_100_000, "a") });
  await expect(door(page).getByRole("alert")).toContainText("is larger than 1 MB");
  expect((await service.json("imports")).imports).toEqual([]);
  await drop(page, { name: "picture.png", mimeType: "image/png", buffer: Buffer.from("\x89PNG") });
  await expect(door(page).getByRole("status")).toContainText("is neither a Slack export");
  await isForAll(page, "failed");
  await door(page).getByRole("button", { name: "Try again" }).click();

  // What is older than what is kept would not stay.
  await drop(page, HISTORY);
  await expect(door(page).getByRole("status")).toContainText("older than the retention keeps");
  await door(page).getByRole("button", { name: "Try again" }).click();
  const recent = JSON.stringify({ type: "message_sent", ts: Date.now() - 60_000, message_id: "m3" });
  await drop(page, { ...HISTORY, buffer: Buffer.from([...LINES, recent].join("\n")) });
  const begin = door(page).getByRole("button", { name: "Import", exact: true });
  await expect(begin).toBeDisabled();
  await expect(door(page)).toContainText("2 events are older than what is kept");
  await door(page).getByRole("switch", { name: "Leave out what is too old" }).click();
  await expect(begin).toBeEnabled();
  await door(page).getByRole("button", { name: "Discard" }).click();
  await expect(door(page).getByText("Drop a file here")).toBeVisible();
  const { imports } = await service.json("imports");
  expect(imports.map(({ state }: { state: string }) => state)).toEqual(["cancelled", "failed", "failed"]);
  expect(await eventsOf(service)).toBe(0);
});

test("an upload under way can be left and cancelled", async ({ start, open, page, context }) => {
  const service = await start();
  await open(service, "/setup");
  // Slow enough to be looked at.
  const session = await context.newCDPSession(page);
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: 100_000,
  });
  await drop(page, { name: "slow.ndjson", mimeType: "", buffer: Buffer.alloc(3_000_000, `${LINES[0]}\n`) });
  await expect(door(page).getByRole("progressbar")).toBeVisible();
  await expect(door(page)).toContainText("is uploaded. Stay on this page");
  await isForAll(page, "receiving");
  await door(page).getByRole("button", { name: "Cancel" }).click();
  await expect(door(page).getByText("Drop a file here")).toBeVisible();
  await expect(door(page).getByRole("alert")).toHaveCount(0);
  expect(await eventsOf(service)).toBe(0);
});

test("whoever may only read is offered no import", async ({ start, page, context }) => {
  const service = await start();
  const made = await service.run("key", "create", "--name", "reader", "--access", "read", "--json");
  await signIn(context, service, JSON.parse(made).secret);
  await page.goto(`${service.url}${PAGES}/setup`);
  await expect(door(page).getByText("nchat-analytics import slack-export.zip")).toBeVisible();
  await expect(door(page).locator('input[type="file"]')).toHaveCount(0);
});
