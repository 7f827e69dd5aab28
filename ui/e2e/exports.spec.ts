import type { Page } from "@playwright/test";
import { cardsOf, type Exported, openMenu, save } from "./support/cards";
import { readCsv } from "./support/quantities";
import { expect, test } from "./support/test";

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const FILTER = "channel is general";

test("pictures of every chart say what they are of", async ({ demo, open }) => {
  const page = await open(demo, `/?filter=${encodeURIComponent(FILTER)}&tz=Asia/Tokyo`);
  let pictures = 0;
  for (const shown of await cardsOf(page)) {
    const items = await openMenu(page, shown);
    const hasPicture = (await items.filter({ hasText: "Export PNG" }).count()) > 0;
    if (!hasPicture) {
      await page.keyboard.press("Escape");
      continue;
    }
    pictures += 1;
    const png = await save(page, items.filter({ hasText: "Export PNG" }));
    expect(png.name).toMatch(
      new RegExp(`^${shown.id}_\\d{4}-\\d\\d-\\d\\d_\\d{4}-\\d\\d-\\d\\d_Asia-Tokyo\\.png$`),
    );
    expect(png.bytes.subarray(0, PNG.length)).toEqual(PNG);
    const [width, height] = [png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)];
    const again = await openMenu(page, shown);
    const svg = await save(page, again.filter({ hasText: "Export SVG" }));
    const drawn = await readSvg(page, svg);
    expect(drawn.error).toBeUndefined();
    for (const text of [shown.title, `filter: ${FILTER}`, "Asia/Tokyo (UTC+9)"])
      expect(drawn.text).toContain(text);
    expect(drawn.marks).toBeGreaterThan(0);
    // Twice as fine, and nowhere blank: a picture of one colour would be a few hundred bytes.
    expect([width, height]).toEqual([Math.ceil(drawn.width * 2), Math.ceil(drawn.height * 2)]);
    expect(png.bytes.length).toBeGreaterThan(2_000);
  }
  expect(pictures).toBeGreaterThan(0);
});

test("the files of a drawer have the rows that it counts", async ({ demo, open }) => {
  const { charts } = await demo.json("dashboard?period=7d");
  const { date, count } = charts.messageVolume[1];
  const { date: next } = charts.messageVolume[2];
  for (const [kind, expected] of [
    ["messages", count],
    ["people", charts.activeUsers[1].value],
  ]) {
    const page = await open(demo, `/?drill=${kind},${date}..${next}`);
    const drawer = page.getByRole("dialog");
    await expect(drawer.locator("[data-figure]")).toHaveText(String(expected));
    const csv = await save(page, drawer.getByRole("link", { name: "CSV" }));
    expect(readCsv(csv.text).length - 1, kind).toBe(expected);
    const json = await save(page, drawer.getByRole("link", { name: "JSON" }));
    const lists = Object.values(JSON.parse(json.text)).filter(Array.isArray);
    expect(
      lists.map((list) => list.length),
      kind,
    ).toContain(expected);
  }
});

interface Drawn {
  error: string | undefined;
  text: string;
  marks: number;
  width: number;
  height: number;
}

/** Parses a picture as a browser does. */
function readSvg(page: Page, { text }: Exported): Promise<Drawn> {
  return page.evaluate((source) => {
    const parsed = new DOMParser().parseFromString(source, "image/svg+xml");
    const root = parsed.documentElement;
    return {
      error: parsed.querySelector("parsererror")?.textContent ?? undefined,
      text: root.textContent ?? "",
      marks: root.querySelectorAll("svg path, svg rect, svg circle").length,
      width: Number(root.getAttribute("width")),
      height: Number(root.getAttribute("height")),
    };
  }, text);
}
