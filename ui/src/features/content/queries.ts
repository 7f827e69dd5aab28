import { type AnswerOf, answers } from "@/api/answers";
import type { Scope } from "@/lib/url-state";

/** What is counted on the page; each has a tab of its own. */
export const KINDS = ["topics", "emoji", "hashtags", "links", "files"] as const;
export type ContentKind = (typeof KINDS)[number];

export type Terms = AnswerOf<"content/topics">;
export type Term = Terms["rows"][number];
export type Usage = NonNullable<Terms["usage"]>;

/** How the terms of a tab are looked at: parameters of the route. */
export interface ContentView {
  /** topics: top or trending. */
  view?: string | undefined;
  /** emoji: all, messages or reactions. */
  where?: string | undefined;
  /** links and files: domain, host, url; name, extension, kind. */
  by?: string | undefined;
  /** emoji: leastUsed lists the custom ones that nobody uses. */
  sort?: string | undefined;
  search?: string | undefined;
}

/** Returns the parameters that the route of a kind takes of a view. */
export function ownOf(kind: ContentKind, { view, where, by, sort, search }: ContentView) {
  const taken: Record<ContentKind, Record<string, string | undefined>> = {
    topics: { view },
    emoji: { where, sort },
    hashtags: {},
    links: { by },
    files: { by },
  };
  return { ...taken[kind], search };
}

/** Where and when one term was used: the same question, narrowed to it. */
export function usageOf(kind: ContentKind, scope: Scope, own: ContentView, term: string) {
  const { search, sort, ...rest } = ownOf(kind, own) as ContentView;
  return answers(`content/${kind}`, scope, { ...rest, term });
}
