import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";

const catalogue = new URL("../../src/locales/en/messages.po", import.meta.url);

/** The messages in English, as the catalogue has them. */
function messages(): string[] {
  const text = readFileSync(catalogue, "utf8");
  return [...text.matchAll(/^msgid ("(?:[^"\\]|\\.)*"(?:\n"(?:[^"\\]|\\.)*")*)/gm)]
    .map(([, quoted = ""]) => quoted.split("\n").map((line) => JSON.parse(line) as string))
    .map((lines) => lines.join(""))
    .filter((message) => message !== "");
}

/** Returns the parts of a message that stand in every text made of it: plurals are cut into their forms. */
function fixedParts(message: string): string[] {
  return message
    .split(/\{\w+, (?:plural|select|selectordinal),|=?\w+ \{|[{}]|<\/?\d+\/?>|#/)
    .map((part) => part.trim().replaceAll(/\s+/g, " "))
    .filter((part) => part !== "" && !/^\w+$/.test(part));
}

/** Shortest part that is looked for inside of a longer text, where names and numbers stand beside it. */
const LEAST_PART = 12;

const whole = new Set(messages().filter((message) => /[aeiou]/.test(message) && !/[{}<#]/.test(message)));
const parts = new Set(
  messages()
    .flatMap(fixedParts)
    .filter((part) => part.length >= LEAST_PART && / /.test(part)),
);

const year = [...Array(12).keys()].map((month) => new Date(2026, month, 1));
const months = year.map((day) => new Intl.DateTimeFormat("en", { month: "short" }).format(day));
const weekdays = year.map((day) => new Intl.DateTimeFormat("en", { weekday: "short" }).format(day));
/** What the browser writes by itself in English, whatever the catalogue says: "May", "30 days". */
const written = new Set([...months, ...weekdays]);
const quantity = /^[\d.,]+ \p{L}+$/u;

/**
 * Returns the visible texts, and names for assistive technology, that are English messages of the catalogue. In a pseudo-locale
 * there is none: each would be a sentence that was put together before the language was known, or beside it.
 *
 * What is marked as English, what is to be typed, and what the chat itself is named is none of the catalogue.
 */
export async function untranslated(page: Page, names: ReadonlySet<string>): Promise<string[]> {
  const shown = await page.evaluate(() => {
    const texts: string[] = [];
    const isForeign = (element: Element) =>
      element.closest('[lang="en"], pre, code, kbd, script, style') !== null;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof Element) {
        if (isForeign(node)) continue;
        for (const name of ["aria-label", "title", "placeholder", "alt"])
          texts.push(node.getAttribute(name) ?? "");
      } else if (node.parentElement && !isForeign(node.parentElement)) texts.push(node.textContent ?? "");
    }
    return texts.map((text) => text.trim().replaceAll(/\s+/g, " ")).filter((text) => text !== "");
  });
  const isEnglish = (text: string) =>
    !names.has(text) &&
    !written.has(text) &&
    !quantity.test(text) &&
    (whole.has(text) || [...parts].some((part) => text.includes(part)));
  return [...new Set(shown.filter(isEnglish))];
}
