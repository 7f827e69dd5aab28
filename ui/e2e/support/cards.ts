import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page } from "@playwright/test";

/** A card of a page, by the contract that all of them keep. */
export interface ShownCard {
  id: string;
  title: string;
  card: Locator;
}

/** Returns the cards of a page that have an answer. */
export async function cardsOf(page: Page): Promise<ShownCard[]> {
  const cards = page.locator("main section[data-card]");
  const ids = await cards.evaluateAll((found) => found.map((one) => one.getAttribute("data-card") ?? ""));
  const shown: ShownCard[] = [];
  for (const id of ids) {
    const card = page.locator(`main section[data-card="${id}"]`);
    await expect(card, `cards named ${id}`).toHaveCount(1);
    shown.push({ id, card, title: (await card.getAttribute("aria-label")) ?? "" });
  }
  return shown;
}

/** Opens the menu of a card, and returns its items. */
export async function openMenu(page: Page, { card, title }: ShownCard): Promise<Locator> {
  await card.getByRole("button", { name: `Menu of ${title}`, exact: true }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  return page.getByRole("menuitem");
}

/** A file that a page gave. */
export interface Exported {
  name: string;
  text: string;
  bytes: Buffer;
}

/** Exports a card by its menu. */
export async function exportCard(page: Page, shown: ShownCard, item: string): Promise<Exported> {
  const items = await openMenu(page, shown);
  return save(page, items.filter({ hasText: new RegExp(`^${item}$`) }));
}

/** Returns the tables of a page that have files of their own. */
export async function tablesOf(page: Page): Promise<Locator[]> {
  return page.locator("main section[data-table]").all();
}

/** Exports the table of a page by its menu. */
export async function exportTable(page: Page, table: Locator, item: string): Promise<Exported> {
  await table.getByRole("button", { name: "Export", exact: true }).click();
  return save(page, page.getByRole("menuitem", { name: item, exact: true }));
}

/** Follows a link or presses a button that gives a file. */
export async function save(page: Page, trigger: Locator): Promise<Exported> {
  const coming = page.waitForEvent("download");
  await trigger.click();
  const download = await coming;
  const bytes = await readFile(await download.path());
  return { name: download.suggestedFilename(), text: bytes.toString("utf8"), bytes };
}

/** The numbers of a card: its figure, and its table as text. */
export interface CardNumbers {
  figure: string | undefined;
  columns: string[];
  rows: string[][];
}

/** Reads the figure of a card, and the table beside its chart. */
export function readCard(card: Locator): Promise<CardNumbers> {
  return card.evaluate((element) => {
    const table = element.querySelector("table");
    const texts = (parent: Element | null | undefined, cells: string) =>
      [...(parent?.querySelectorAll(cells) ?? [])].map((cell) => cell.textContent?.trim() ?? "");
    return {
      figure: element.querySelector("[data-figure]")?.getAttribute("title") ?? undefined,
      columns: texts(table, "thead th"),
      rows: [...(table?.querySelectorAll("tbody tr:not([aria-hidden])") ?? [])].map((row) =>
        texts(row, "th, td"),
      ),
    };
  });
}
