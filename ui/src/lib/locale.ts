import { i18n, type Messages } from "@lingui/core";

const CATALOGUES: Record<string, () => Promise<{ messages: Messages }>> = {
  en: () => import("../locales/en/messages"),
  de: () => import("../locales/de/messages"),
};

/** The languages that there are, each named in itself. */
export const LANGUAGES = [
  ["en", "English"],
  ["de", "Deutsch"],
] as const;

const KEY = "nchat-analytics-language";

/** Returns the language to use: the one of the address, else the first of the browser's that there is. */
function chooseLocale(asked: string | null, preferred: readonly string[]): string {
  const candidates = asked ? [asked, ...preferred] : preferred;
  const known = candidates.find(
    (tag) => tag.split("-")[0] !== undefined && (tag.split("-")[0] as string) in CATALOGUES,
  );
  return known ?? "en";
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
  const load = CATALOGUES[tag.split("-")[0] ?? "en"];
  if (load) i18n.load(tag, (await load()).messages);
  i18n.activate(tag);
  document.documentElement.lang = tag;
}
