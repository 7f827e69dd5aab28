import { daysAgo } from "./support/events";
import { onEachTab, ROUTES } from "./support/routes";
import type { Service } from "./support/service";
import { expect, test } from "./support/test";

const HOSTILE = `"><img src=x onerror="window.__hit=1"><script>window.__hit=1</script>{{7*7}}'`;
const IDS = ["<img src=x onerror=window.__hit=1>", "javascript:window.__hit=1"];

test("names that are code are text on every page", async ({ start, open }) => {
  const service = await start();
  await fill(service);
  const paths = [
    ...ROUTES.filter((route) => !route.includes("$")).map((route) => `/${route}`),
    ...IDS.flatMap((id) => [`/users/${encodeURIComponent(id)}`, `/channels/${encodeURIComponent(id)}`]),
    `/channels/compare?ids=${IDS.map(encodeURIComponent).join(",")}`,
    `/?filter=${encodeURIComponent(`channel is "${IDS[0]}"`)}`,
    `/users?tab=list&search=${encodeURIComponent(HOSTILE)}`,
    `/?tz=${encodeURIComponent(HOSTILE)}&period=${encodeURIComponent(HOSTILE)}`,
  ];
  for (const path of paths) {
    const page = await open(service, path);
    await onEachTab(page, async (tab) => {
      const found = await page.evaluate(() => ({
        hit: "__hit" in window,
        images: document.querySelectorAll('img[src="x"]').length,
        links: document.querySelectorAll('a[href^="javascript:"]').length,
      }));
      expect(found, `${path} ${tab}`).toEqual({ hit: false, images: 0, links: 0 });
    });
  }
});

/** Fills a store with people, channels, terms and what is kept, all with names that are code. */
async function fill(service: Service): Promise<void> {
  const events = IDS.flatMap((id) =>
    [1, 2, 3].map((day) => ({
      event: "message_sent",
      userId: id,
      channelId: id,
      timestamp: daysAgo(day).toISOString(),
      properties: {
        messageId: `${id}-${day}`,
        channelName: HOSTILE,
        channelType: "public",
        userName: HOSTILE,
        content: `${HOSTILE} #<b>tag</b> https://evil.example/"><script>1</script> :<img>: deploy pipeline deploy pipeline`,
      },
    })),
  );
  const files = IDS.map((id) => ({
    event: "file_shared",
    userId: id,
    channelId: id,
    timestamp: daysAgo(1).toISOString(),
    properties: { fileName: `${HOSTILE}.html`, fileSize: 10 },
  }));
  const custom = IDS.map((id) => ({
    event: "feature_used",
    userId: id,
    timestamp: daysAgo(1).toISOString(),
    properties: { feature: HOSTILE },
  }));
  const reactions = IDS.map((id) => ({
    event: "reaction_added",
    userId: id,
    channelId: id,
    timestamp: daysAgo(1).toISOString(),
    properties: { emoji: HOSTILE },
  }));
  await service.track([...events, ...files, ...custom, ...reactions]);
  await service.fetch("track", { method: "POST", body: JSON.stringify({ event: HOSTILE, userId: 7 }) });
  await service.json("annotations", { at: daysAgo(2).toISOString(), title: HOSTILE });
  await service.json("segments", { name: HOSTILE, rule: "role is admin" });
  await service.json("keys", { name: HOSTILE, access: "read" });
}
