import { type AnswerOf, answers } from "@/api/answers";
import { change } from "@/api/change";
import { DEFAULT_SCOPE, type Search } from "@/lib/url-state";

export type SavedView = AnswerOf<"views">["views"][number];

export const viewsQuery = { ...answers("views", DEFAULT_SCOPE), meta: {} };

/** What of an address is about the page as somebody looks at it, and no part of the question. */
const OF_THE_PAGE = [
  "card",
  "view",
  "drill",
  "cols",
  "sort",
  "order",
  "embed",
  "theme",
  "lang",
  "accent",
  "names",
];

/** Returns what of an address is kept as a view. */
export function keptQuery(address: Search): Record<string, string> {
  const kept = Object.entries(address).filter(
    (entry): entry is [string, string] => Boolean(entry[1]) && !OF_THE_PAGE.includes(entry[0]),
  );
  return Object.fromEntries(kept);
}

/** Returns the view that an address shows; `undefined` where it is none that was kept. */
export function viewOf(views: SavedView[], address: Search): SavedView | undefined {
  const text = (query: Record<string, string>) => JSON.stringify(Object.entries(query).sort());
  const shown = text(keptQuery(address));
  return views.find((view) => text(view.query) === shown);
}

export const createView = (name: string, query: Record<string, string>) =>
  change<SavedView>("POST", "views", { name, query });

/** Puts a view in the place of the version of it that was read. */
export const replaceView = ({ id, name, query, version }: SavedView) =>
  change<SavedView>(
    "PUT",
    `views/${encodeURIComponent(id)}`,
    { name, query },
    { "if-match": `"${version}"` },
  );

export const deleteView = (id: string) => change("DELETE", `views/${encodeURIComponent(id)}`);
