import { t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { useFormat } from "@/lib/use-format";
import type { PersonAnswer, PersonDetail } from "./person-queries";

/** What a person did, in four figures, with how the score comes about. */
export function PersonFigures({ answer }: { answer: Answer<PersonAnswer> }) {
  const format = useFormat();
  const formula = (user: PersonDetail) => {
    const [messages, reactions] = [format.exact(user.messageCount), format.exact(user.reactions)];
    const [files, days] = [format.exact(user.files), format.exact(user.daysActive)];
    return t`(2 × ${messages} + ${reactions} + 3 × ${files}) / ${days} days`;
  };
  const card = (
    id: string,
    title: string,
    trend: keyof NonNullable<PersonDetail["trends"]>,
    value: (user: PersonDetail) => number | null,
    below: (user: PersonDetail) => string,
    metrics: string[],
  ) => (
    <Card
      id={`figure-${id}`}
      title={title}
      answer={answer}
      metrics={metrics}
      table="totals"
      look="figure"
      content={({ user, meta }) => ({
        figure: {
          value: value(user),
          percent: meta.previousFrom == null ? undefined : (user.trends?.[trend]?.changePercent ?? null),
        },
        body: <p className="text-muted mt-1 text-xs">{below(user)}</p>,
      })}
    />
  );
  return (
    <div className="grid grid-cols-2 gap-3 sm:gap-4 xl:grid-cols-4">
      {card(
        "score",
        t`Score`,
        "engagementScore",
        (user) => (user.daysActive > 0 ? user.engagementScore : null),
        formula,
        ["engagementRaw"],
      )}
      {card("messages", t`Messages`, "messageCount", (user) => user.messageCount, before("messageCount"), [
        "messages",
      ])}
      {card(
        "channels",
        t`Channels`,
        "channelsActive",
        (user) => user.channelsActive,
        before("channelsActive"),
        ["activeChannels"],
      )}
      {card("days", t`Days active`, "daysActive", (user) => user.daysActive, before("daysActive"), [
        "daysActive",
      ])}
    </div>
  );
  function before(trend: keyof NonNullable<PersonDetail["trends"]>) {
    return (user: PersonDetail) => {
      const previous = user.trends?.[trend]?.previous;
      const number = previous == null ? "" : format.exact(previous);
      return number ? t`${number} before` : "";
    };
  }
}
