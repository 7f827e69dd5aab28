import type { Page } from "@playwright/test";
import {
  type CardNumbers,
  cardsOf,
  type Exported,
  exportCard,
  exportTable,
  readCard,
  tablesOf,
} from "./support/cards";
import {
  poolsOfCsv,
  poolsOfJson,
  poolWith,
  type Quantity,
  readCsv,
  readQuantity,
} from "./support/quantities";
import { onEachTab, pathOf, ROUTES } from "./support/routes";
import { expect, test } from "./support/test";

/** Columns that a page computes from an answer, which has other numbers, or has from another answer. */
const COMPUTED: Record<string, string[]> = {
  days: ["At least", "At most"],
  flow: ["Step"],
  lorenz: ["Share of messages"],
  table: ["Median reply"],
};

for (const route of ROUTES) {
  // The page that has most kinds of cards is in the quick run.
  const tag = route === "" ? " @fast" : "";
  test(`/${route}: pages, API and files have the same numbers${tag}`, async ({ demo, open }) => {
    const page = await open(demo, await pathOf(demo, route));
    await onEachTab(page, () => compareAll(page));
  });
}

test("the list of channels has the median replies of response times", async ({ demo, open }) => {
  const page = await open(demo, "/channels?tab=list");
  const { columns, rows } = await readCard(page.locator("[data-table]"));
  const written = quantitiesOf(rows.map((row) => row[columns.indexOf("Median reply")] ?? ""));
  expect(written.length).toBeGreaterThan(0);
  const answer = await demo.json("response-times?period=30d&by=channel&limit=1000");
  expect(poolWith(poolsOfJson(answer.rows), written)).toBe("p50Seconds");
});

test("pages, API and files have the same numbers in another span, zone and channel", async ({
  demo,
  open,
}) => {
  const scope = "period=7d&tz=America/St_Johns&compare=weekday&groupBy=day";
  const page = await open(demo, `/?${scope}`);
  await compareAll(page);
  await compareAll(await open(demo, `/?${scope}&filter=${encodeURIComponent("channel is general")}`));
});

/** Compares everything that a page shows with its files: those are the answers that the API gave it. */
async function compareAll(page: Page): Promise<void> {
  for (const shown of await cardsOf(page)) {
    const [json, csv] = [
      await exportCard(page, shown, "Export JSON"),
      await exportCard(page, shown, "Export CSV"),
    ];
    compare(shown.id, await readCard(shown.card), json, csv);
  }
  for (const table of await tablesOf(page)) {
    const [json, csv] = [
      await exportTable(page, table, "Export JSON"),
      await exportTable(page, table, "Export CSV"),
    ];
    compare("table", await readCard(table), json, csv);
  }
}

/** Compares figure and table with an answer in both forms. */
function compare(id: string, { figure, columns, rows }: CardNumbers, json: Exported, csv: Exported): void {
  const inJson = poolsOfJson(JSON.parse(json.text));
  const table = readCsv(csv.text);
  expect(csv.name, id).toMatch(/\.csv$/);
  expect(new Set(table.map((row) => row.length)).size, `${id}: cells of each row`).toBe(1);
  const inCsv = poolsOfCsv(table);
  if (figure !== undefined)
    expect.soft(poolWith(inJson, quantitiesOf([figure])), `${id}: ${figure} in JSON`).toBeDefined();
  for (const [place, name] of columns.entries()) {
    if (place === 0 || COMPUTED[id]?.includes(name)) continue;
    const cells = quantitiesOf(rows.map((row) => row[place] ?? ""));
    // A row for all of them is what the answer says once; a table of it has the others.
    const own = quantitiesOf(rows.filter((row) => row[0] !== "All").map((row) => row[place] ?? ""));
    const what = `${id}: column ${name} (${cells.slice(0, 5).map((cell) => cell.text)} …)`;
    expect.soft(poolWith(inJson, cells), `${what} in JSON`).toBeDefined();
    expect.soft(poolWith(inCsv, own), `${what} in CSV ${table[0]}`).toBeDefined();
  }
}

/** Returns the numbers among texts; none where some are no numbers. */
function quantitiesOf(texts: string[]): Quantity[] {
  const known = texts.filter((text) => text !== "–" && text !== "·" && text !== "");
  const read = known.map(readQuantity);
  return read.every((one) => one !== undefined) ? read : [];
}
