import { t } from "@lingui/core/macro";
import { useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Dumbbell } from "@/components/charts/dumbbell";
import { channelTitle } from "@/lib/channel-title";
import { useDrill } from "@/lib/drill";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { changeOf } from "./model";
import { type Channels, channelsQueries } from "./queries";

const ROWS = 15;

/** Which channels write more than before, and which write less. */
export function GrowthTab() {
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-12">
      <GrowthCard direction={1} />
      <GrowthCard direction={-1} />
    </div>
  );
}

function GrowthCard({ direction }: { direction: 1 | -1 }) {
  const [scope] = useScope();
  const format = useFormat();
  const [, drill] = useDrill();
  const answer = useAnswer(channelsQueries.all(scope));
  const moved = (data: Channels) =>
    data.channels
      .flatMap((row) => {
        const change = changeOf(row);
        return change !== null && change * direction > 0 ? [{ ...row, change }] : [];
      })
      .toSorted((one, other) => direction * (other.change - one.change))
      .slice(0, ROWS);
  const sentence = (name: string, change: number): string => {
    const percent = format.percent(Math.abs(change));
    return direction > 0
      ? t`${name} grew most, by ${percent}.`
      : t`${name} lost most, ${percent} of its messages.`;
  };
  return (
    <Card
      id={direction > 0 ? "risers" : "fallers"}
      title={direction > 0 ? t`Write more` : t`Write less`}
      answer={answer}
      metrics={["messages"]}
      explore={{ metrics: ["messages"], dimensions: ["channel"] }}
      height={320}
      className="lg:col-span-6"
      footnote={t`channels with at least 20 messages before`}
      content={(data) => {
        const rows = moved(data);
        const [first] = rows;
        const caption = first && sentence(channelTitle(first.name), first.change);
        return {
          caption,
          empty: first
            ? undefined
            : {
                title: direction > 0 ? t`No channel grew` : t`No channel lost`,
                text: t`None of those with at least 20 messages in the time before.`,
              },
          twin: {
            columns: [t`Channel`, t`Before`, t`Now`, t`Change`],
            rows: rows.map((row) => [
              channelTitle(row.name),
              format.exact(row.previousMessageCount ?? 0),
              format.exact(row.messageCount),
              format.percent(row.change, true),
            ]),
          },
          body: (
            <Dumbbell
              unit={t`messages`}
              caption={caption ?? t`Messages before and now`}
              format={format.exact}
              nameWidth={132}
              rows={rows.map((row) => ({
                key: row.channelId,
                name: channelTitle(row.name),
                before: row.previousMessageCount ?? null,
                now: row.messageCount,
              }))}
              onOpen={(place) => {
                const channelId = rows[place]?.channelId;
                if (channelId)
                  drill({ kind: "messages", from: data.meta.from, to: data.meta.to, own: { channelId } });
              }}
            />
          ),
        };
      }}
    />
  );
}
