import { type Search, withoutScope, writeSearch } from "@/lib/url-state";

const CHANNEL = /^\/channels\/(?!compare$)([^/]+)$/;

/** Returns the route of a shared page, and the identifier in its path. */
export function openedPage(path: string): { route: string; id: string | undefined } {
  const id = CHANNEL.exec(path)?.[1];
  return id === undefined ? { route: path, id } : { route: "/channels/$id", id: decodeURIComponent(id) };
}

/**
 * Returns the address of a shared page: period and filters are those of the link, whatever the address says; tabs,
 * sorting and the like may have been changed since.
 */
export function fixedSearch(query: string, search: Search): Search {
  const fixed = Object.fromEntries(new URLSearchParams(query));
  const own = withoutScope(search);
  // An address that was only opened has nothing of its own yet.
  const isFresh = Object.keys(search).every((name) => !(name in fixed));
  const view = isFresh ? { ...withoutScope(fixed), ...own } : own;
  const ids = fixed["ids"] === undefined ? {} : { ids: fixed["ids"] };
  const scope = Object.entries(fixed).filter(([name]) => !(name in withoutScope(fixed)));
  return { ...Object.fromEntries(scope), ...view, ...ids };
}

/** Whether two addresses say the same. */
export function isSameSearch(one: Search, other: Search): boolean {
  const sorted = (search: Search) => writeSearch(Object.fromEntries(Object.entries(search).sort()));
  return sorted(one) === sorted(other);
}
