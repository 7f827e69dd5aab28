import { i18n, type Messages } from "@lingui/core";

const CATALOGUES: Record<string, () => Promise<{ messages: Messages }>> = {
  en: () => import("../locales/en/messages"),
  de: () => import("../locales/de/messages"),
};

/** Returns the language to use: the one of the address, else the first of the browser's that there is. */
export function chooseLocale(asked: string | null, preferred: readonly string[]): string {
  const candidates = asked ? [asked, ...preferred] : preferred;
  const known = candidates.find(
    (tag) => tag.split("-")[0] !== undefined && (tag.split("-")[0] as string) in CATALOGUES,
  );
  return known ?? "en";
}

/** Loads the messages of the language and uses them. Numbers and dates follow the region of the tag. */
export async function activateLocale(): Promise<void> {
  const asked = new URLSearchParams(window.location.search).get("lang");
  const tag = chooseLocale(asked, navigator.languages);
  const load = CATALOGUES[tag.split("-")[0] ?? "en"];
  if (load) i18n.load(tag, (await load()).messages);
  i18n.activate(tag);
  document.documentElement.lang = tag;
}
