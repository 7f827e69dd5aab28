import { useMemo } from "react";
import { useAddress } from "@/lib/scope";
import type { ContentKind, ContentView } from "./queries";

const BY: Partial<Record<ContentKind, string[]>> = {
  links: ["domain", "host", "url"],
  files: ["name", "extension", "kind"],
};

/** Returns how the address looks at the terms of a tab; what it does not know is the default. */
export function useContentView(kind: ContentKind): ContentView {
  // `view` is how cards are shown, so that of topics has a name of its own.
  const { by, topics: view, where, sort, search } = useAddress();
  return useMemo(() => {
    const known = (value: string | undefined, values: string[]) =>
      value !== undefined && values.includes(value) ? value : undefined;
    return {
      by: known(by, BY[kind] ?? []),
      view: kind === "topics" ? known(view, ["trending"]) : undefined,
      where: kind === "emoji" ? known(where, ["messages", "reactions"]) : undefined,
      sort: kind === "emoji" ? known(sort, ["leastUsed"]) : undefined,
      search: search || undefined,
    };
  }, [kind, by, view, where, sort, search]);
}
