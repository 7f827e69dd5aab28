import { plural, t } from "@lingui/core/macro";
import {
  type LucideIcon,
  MessageCircleQuestionMark,
  TrendingDown,
  Unlink,
  UserRoundPlus,
} from "lucide-react";
import type { AnswerOf } from "@/api/answers";
import type { Answer } from "@/api/use-answer";
import { useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { PageLink } from "@/components/layout/page-link";
import { pageOf } from "@/components/layout/pages";
import { channelTitle } from "@/lib/channel-title";
import { type Drill, useDrill } from "@/lib/drill";
import type { Scope } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";
import { overviewQueries } from "./queries";

interface Item {
  icon: LucideIcon;
  title: string;
  text: string;
  count: number;
  /** The list behind it, in the drawer; else on the page of channels. */
  drill?: Pick<Drill, "kind" | "own">;
}

export interface CareCardProps {
  scope: Scope;
  unanswered: Answer<AnswerOf<"unanswered">>;
}

/** What somebody could look at today. */
export function CareCard({ scope, unanswered }: CareCardProps) {
  const format = useFormat();
  const newcomers = useAnswer(overviewQueries.newcomers(scope));
  const care = useAnswer(overviewQueries.care(scope));
  const names = (list: string[]) => new Intl.ListFormat(format.locale, { type: "conjunction" }).format(list);
  const items: Item[] = [];
  const oldest = unanswered.data?.unanswered[0];
  if (unanswered.data && oldest) {
    const wait = format.duration(oldest.waitSeconds);
    const channel = channelTitle(oldest.channelName ?? oldest.channelId ?? "");
    items.push({
      icon: MessageCircleQuestionMark,
      title: t`Unanswered messages`,
      text: t`The first of them waits ${wait}, in ${channel}`,
      count: unanswered.data.total,
      drill: { kind: "unanswered" },
    });
  }
  if (newcomers.data) {
    const { summary } = newcomers.data;
    const alone: ["unanswered" | "waiting", string][] = [
      ["unanswered", t`Newcomers without a reply`],
      ["waiting", t`Newcomers who wait for a reply`],
    ];
    for (const [state, title] of alone) {
      const named = newcomers.data.newcomers.filter((one) => one.state === state);
      if (summary[state] > 0)
        items.push({
          icon: UserRoundPlus,
          title,
          text: names(named.slice(0, 3).map((one) => one.name ?? one.userId)),
          count: summary[state],
          drill: { kind: "newcomers", own: { state } },
        });
    }
  }
  if (care.data) {
    const { channels, summary } = care.data;
    const of = (state: string) =>
      channels
        .filter((row) => row.reasons.some((reason) => reason.state === state))
        .slice(0, 3)
        .map((row) => channelTitle(row.name));
    const states: [keyof typeof summary, LucideIcon, string, (list: string) => string][] = [
      ["dying", TrendingDown, t`Dying channels`, (list) => t`${list} fell below half`],
      ["orphan", Unlink, t`Channels without an owner`, (list) => list],
      ["dormant", TrendingDown, t`Dormant channels`, (list) => t`Nothing for 30 days in ${list}`],
    ];
    for (const [state, icon, title, text] of states)
      if (summary[state] > 0)
        items.push({ icon, title, text: text(names(of(state))), count: summary[state] });
  }
  const all = items.reduce((sum, item) => sum + item.count, 0);
  const caption =
    all === 0
      ? t`Nothing waits for anybody.`
      : plural(all, { one: "One thing somebody could look at.", other: "# things somebody could look at." });
  return (
    <Card
      id="care"
      title={t`Needs care`}
      answer={care}
      className="lg:col-span-4"
      content={(data) => ({
        caption,
        empty: items.length === 0 ? { title: caption } : undefined,
        body: (
          <ul className="divide-border -mt-2 divide-y">
            {items.map((item) => (
              <CareRow key={item.title} item={item} span={{ from: data.meta.from, to: data.meta.to }} />
            ))}
          </ul>
        ),
      })}
    />
  );
}

function CareRow({ item, span }: { item: Item; span: { from: string; to: string } }) {
  const format = useFormat();
  const [, open] = useDrill();
  const { drill } = item;
  const content = (
    <>
      <span className="bg-subtle text-muted grid size-8 shrink-0 place-items-center rounded-lg">
        <item.icon aria-hidden="true" className="size-4" />
      </span>
      <span className="min-w-0 flex-1 text-start">
        <span className="block font-medium">{item.title}</span>
        <span className="text-muted mt-0.5 line-clamp-2 block text-xs">{item.text}</span>
      </span>
      <b className="text-xl font-semibold">{format.figure(item.count)}</b>
    </>
  );
  const look = "hover:bg-hover -mx-2 flex w-[calc(100%+1rem)] items-center gap-3 rounded-lg px-2 py-2.5";
  return (
    <li className="flex py-0.5">
      {drill ? (
        <button type="button" className={look} onClick={() => open({ ...drill, ...span })}>
          {content}
        </button>
      ) : pageOf("/channels") ? (
        <PageLink to="/channels" view={{ tab: "care" }} className={look}>
          {content}
        </PageLink>
      ) : (
        <div className="flex w-full items-center gap-3 py-2.5">{content}</div>
      )}
    </li>
  );
}
