import { plural, t } from "@lingui/core/macro";
import { type AnswerOf, answers } from "@/api/answers";
import { type Answer, useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Curves } from "@/components/charts/curves";
import { RowBars } from "@/components/charts/row-bars";
import { channelTitle } from "@/lib/channel-title";
import { useDrill } from "@/lib/drill";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { wholePercent } from "@/lib/whole-percent";
import { lorenz } from "./spread-model";

type Distribution = AnswerOf<"distribution">;

const ROWS = 20;
const STEPS = 20;

/** How messages are spread over channels. */
export function SpreadTab() {
  const [scope] = useScope();
  const answer = useAnswer(answers("distribution", scope, { limit: "10000" }));
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-12">
      <SharesCard answer={answer} />
      <LorenzCard answer={answer} />
    </div>
  );
}

function SharesCard({ answer }: { answer: Answer<Distribution> }) {
  const format = useFormat();
  const [, drill] = useDrill();
  return (
    <Card
      id="shares"
      title={t`Share of all messages`}
      answer={answer}
      metrics={["messages"]}
      table="channels"
      explore={{ metrics: ["messages"], dimensions: ["channel"] }}
      height={420}
      className="lg:col-span-7"
      content={(data) => {
        const half = data.distribution.channelsForHalf ?? 0;
        const caption =
          half > 0
            ? plural(half, {
                one: "One channel holds half of all messages.",
                other: "# channels hold half of all messages.",
              })
            : t`Nothing was written in this time.`;
        const rows = data.channels.filter((row) => row.messageCount > 0).slice(0, ROWS);
        return {
          caption,
          empty: rows.length === 0 ? { title: t`Nothing written`, text: caption } : undefined,
          twin: {
            columns: [t`Channel`, t`Messages`, t`Share`, t`Together`, t`Share before`],
            rows: data.channels.map((row) => [
              channelTitle(row.name),
              format.exact(row.messageCount),
              row.share == null ? "–" : format.percent(row.share),
              row.cumulativeShare == null ? "–" : format.percent(row.cumulativeShare),
              row.previousShare == null ? "–" : format.percent(row.previousShare),
            ]),
          },
          body: (
            <RowBars
              series={[t`messages`]}
              caption={caption}
              format={format.exact}
              nameWidth={140}
              rows={rows.map((row) => ({
                key: row.channelId,
                name: channelTitle(row.name),
                values: [row.messageCount],
                ...(row.share != null && { note: format.percent(row.share) }),
                isRest: !row.isInHalf,
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
      footnote={t`those in blue hold half together`}
    />
  );
}

function LorenzCard({ answer }: { answer: Answer<Distribution> }) {
  const format = useFormat();
  const sentence = (now: number, before: number | null | undefined): string => {
    const number = format.exact(Math.round(now * 100) / 100);
    if (before == null) return t`Gini ${number}: 0 where all write alike, 1 where one writes everything.`;
    const earlier = format.exact(Math.round(before * 100) / 100);
    return t`Gini ${number}, after ${earlier} before: 0 where all write alike, 1 where one writes everything.`;
  };
  return (
    <Card
      id="lorenz"
      title={t`How evenly`}
      answer={answer}
      metrics={["messages"]}
      table="channels"
      height={300}
      className="lg:col-span-5"
      content={(data) => {
        const gini = data.distribution.gini;
        const caption =
          gini == null ? t`Nothing was written in this time.` : sentence(gini, data.previous?.gini);
        const curve = lorenz(
          data.channels.map((row) => row.messageCount),
          STEPS,
        );
        const labels = curve.map((_, step) => {
          const share = wholePercent((100 * step) / STEPS, format);
          return {
            label: share,
            title: t`The quietest ${share} of channels`,
          };
        });
        return {
          caption,
          twin: {
            columns: [t`Channels`, t`Share of messages`],
            rows: curve.map((value, step) => [labels[step]?.title ?? "", format.percent(value)]),
          },
          body: (
            <Curves
              curves={[
                {
                  name: t`if all wrote alike`,
                  look: "context",
                  values: curve.map((_, step) => (100 * step) / STEPS),
                },
                { name: t`messages`, look: "main", values: curve },
              ]}
              labels={labels}
              caption={caption}
              format={(value) => wholePercent(value, format)}
              max={100}
              height={260}
            />
          ),
        };
      }}
      footnote={t`grey: if all channels wrote alike`}
    />
  );
}
