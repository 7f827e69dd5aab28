import { plural, t } from "@lingui/core/macro";
import { channelTitle } from "@/lib/channel-title";
import { useFormat } from "@/lib/use-format";
import { termFacts, usageFacts } from "./model";
import type { ContentKind, ContentView, Term, Usage } from "./queries";

/** Returns how terms of a kind are written, and what is to be said of them. */
export function useSentences(kind: ContentKind) {
  const format = useFormat();
  const name = (term: string) => (kind === "hashtags" ? `#${term}` : kind === "emoji" ? `:${term}:` : term);
  const inSentence = (term: string) => (kind === "topics" || kind === "files" ? `“${term}”` : name(term));

  const listSentence = (rows: Term[], total: number, view: ContentView): string | undefined => {
    if (view.sort === "leastUsed") {
      const unused = rows.filter((row) => row.count === 0).length;
      return plural(unused, {
        0: "Every custom emoji is used.",
        one: "One custom emoji is not used by anybody.",
        other: "# custom emoji are not used by anybody.",
      });
    }
    const facts = termFacts(rows);
    if (!facts) return undefined;
    const first = inSentence(facts.first.name);
    const people = format.exact(facts.first.users);
    const count = format.exact(facts.first.count);
    const all = format.exact(total);
    const sentences = [t`${first} is first of ${all}: ${count} uses by ${people} people.`];
    if (facts.mover) {
      const mover = inSentence(facts.mover.term.name);
      const share = format.percent(Math.abs(facts.mover.percent));
      sentences.push(facts.mover.percent > 0 ? t`${mover} rose by ${share}.` : t`${mover} fell by ${share}.`);
    } else if (facts.newcomer) {
      const newcomer = inSentence(facts.newcomer.name);
      sentences.push(t`${newcomer} is new.`);
    }
    return sentences.join(" ");
  };

  const usageSentence = (usage: Usage): string | undefined => {
    const facts = usageFacts(usage);
    if (!facts) return undefined;
    const day = format.day(facts.peak.date);
    const count = format.exact(facts.peak.count);
    if (!facts.channel) return t`Most on ${day}, ${count} times.`;
    const channel = channelTitle(facts.channel.name);
    const share = format.percent(facts.channel.percent);
    return t`Most on ${day}, ${count} times; ${channel} has ${share} of all.`;
  };

  return { name, listSentence, usageSentence };
}
