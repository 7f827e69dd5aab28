import { i18n, type Messages } from "@lingui/core";

const CATALOGUES: Record<string, () => Promise<{ messages: Messages }>> = {
  en: () => import("../locales/en/messages"),
  de: () => import("../locales/de/messages"),
  // Pseudo-locales, for tests: only an address that names them leads there.
  "en-XA": () => import("../locales/en-XA/messages"),
  "ar-XB": () => import("../locales/en-XA/messages"),
};

/** Languages that are written from right to left. */
const RIGHT_TO_LEFT = new Set(["ar"]);

/** The languages that there are, each named in itself. */
export const LANGUAGES = [
  ["en", "English"],
  ["de", "Deutsch"],
] as const;

const KEY = "nchat-analytics-language";

/** Returns the catalogue that a language tag is served by: its own, else that of the language without region. */
function catalogueOf(tag: string) {
  return CATALOGUES[tag] ?? CATALOGUES[tag.split("-")[0] ?? ""];
}

/** Returns the language to use: the one of the address, else the first of the browser's that there is. */
function chooseLocale(asked: string | null, preferred: readonly string[]): string {
  const candidates = asked ? [asked, ...preferred] : preferred;
  return candidates.find((tag) => catalogueOf(tag) !== undefined) ?? "en";
}

/** Returns the direction that a language is written in. */
export function directionOf(tag: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(tag.split("-")[0] ?? "") ? "rtl" : "ltr";
}

/** Uses the language of the address, else the one that was chosen, else the browser's. */
export async function activateLocale(): Promise<void> {
  const asked = new URLSearchParams(window.location.search).get("lang") ?? localStorage.getItem(KEY);
  await activate(chooseLocale(asked, navigator.languages));
}

/** Uses a language, and remembers it. Where the browser has a region of it, numbers and dates follow that. */
export async function chooseLanguage(language: string): Promise<void> {
  localStorage.setItem(KEY, language);
  await activate(navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language);
}

async function activate(tag: string): Promise<void> {
  const load = catalogueOf(tag);
  if (load) i18n.load(tag, (await load()).messages);
  i18n.activate(tag);
  document.documentElement.lang = tag;
  document.documentElement.dir = directionOf(tag);
}
