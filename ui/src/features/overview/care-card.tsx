import { plural, t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { HelpCircle, type LucideIcon, TrendingDown, Unlink, UserRoundPlus } from "lucide-react";
import { useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import type { Scope } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";
import { overviewQueries } from "./queries";

interface Item {
  icon: LucideIcon;
  title: string;
  text: string;
  count: number;
}

/** What somebody could look at today. */
export function CareCard({ scope }: { scope: Scope }) {
  const format = useFormat();
  const unanswered = useQuery(overviewQueries.unanswered(scope));
  const newcomers = useQuery(overviewQueries.newcomers(scope));
  const care = useAnswer(overviewQueries.care(scope));
  const items: Item[] = [];
  const oldest = unanswered.data?.unanswered[0];
  if (unanswered.data && unanswered.data.total > 0) {
    const wait = format.duration(oldest?.waitSeconds ?? 0);
    const channel = oldest?.channelName ?? oldest?.channelId ?? "";
    items.push({
      icon: HelpCircle,
      title: t`Unanswered messages`,
      text: t`One waits ${wait}, in #${channel}`,
      count: unanswered.data.total,
    });
  }
  if (newcomers.data) {
    const { waiting, unanswered: never } = newcomers.data.summary;
    const names = newcomers.data.newcomers
      .filter((one) => one.state !== "answered" && one.state !== "silent")
      .map((one) => one.name);
    if (waiting + never > 0)
      items.push({
        icon: UserRoundPlus,
        title: t`Newcomers without a reply`,
        text: names.join(", "),
        count: waiting + never,
      });
  }
  if (care.data) {
    const { channels, summary } = care.data;
    const { dying, orphan } = summary;
    const named = (state: string) =>
      channels
        .filter((row) => row.reasons.some((reason) => reason.state === state))
        .map((row) => `#${row.name}`)
        .join(", ");
    if (dying > 0)
      items.push({ icon: TrendingDown, title: t`Dying channels`, text: named("dying"), count: dying });
    if (orphan > 0)
      items.push({ icon: Unlink, title: t`Channels without an owner`, text: named("orphan"), count: orphan });
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
      content={() => ({
        caption,
        empty: items.length === 0 ? { title: caption } : undefined,
        body: (
          <ul className="divide-border -mt-2 divide-y">
            {items.map((item) => (
              <li key={item.title} className="flex items-center gap-3 py-3">
                <span className="bg-subtle text-muted grid size-8 shrink-0 place-items-center rounded-lg">
                  <item.icon aria-hidden="true" className="size-4" />
                </span>
                <div className="min-w-0">
                  <p className="font-medium">{item.title}</p>
                  <p className="text-muted text-xs">{item.text}</p>
                </div>
                <b className="ms-auto text-xl font-semibold">{format.figure(item.count)}</b>
              </li>
            ))}
          </ul>
        ),
      })}
    />
  );
}
