import { t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Sparkline } from "@/components/charts/sparkline";
import { roughDuration } from "@/lib/rough-duration";
import { useFormat } from "@/lib/use-format";
import type { Channel } from "./channel-queries";
import type { ResponseTimes } from "./queries";

/** What a channel is in four figures: messages, writers, how soon it answers, what waits. */
export function ChannelFigures(props: { channel: Answer<Channel>; responses: Answer<ResponseTimes> }) {
  const { channel, responses } = props;
  const format = useFormat();
  return (
    <div className="grid grid-cols-2 gap-3 sm:gap-4 xl:grid-cols-4">
      <Card
        id="figure-messages"
        title={t`Messages`}
        answer={channel}
        metrics={["messages"]}
        look="figure"
        content={({ channel: data, meta }) => ({
          figure: {
            value: data.messageCount,
            percent: meta.previousFrom == null ? undefined : (data.trends.messages?.changePercent ?? null),
          },
          body: (
            <Sparkline
              values={data.series.map((bucket) => bucket.count)}
              isOpen={data.series.at(-1)?.complete === false}
            />
          ),
        })}
      />
      <Card
        id="figure-members"
        title={t`People who write`}
        answer={channel}
        metrics={["posters"]}
        look="figure"
        content={({ channel: data, meta }) => ({
          figure: {
            value: data.activeMembers,
            of: data.memberCount ?? null,
            percent:
              meta.previousFrom == null ? undefined : (data.trends.activeMembers?.changePercent ?? null),
          },
          body: (
            <Sparkline
              values={data.writerSeries.map((bucket) => bucket.value)}
              isOpen={data.writerSeries.at(-1)?.complete === false}
            />
          ),
        })}
      />
      <Card
        id="figure-reply"
        title={t`Median reply`}
        answer={responses}
        look="figure"
        content={({ summary, series, meta }) => ({
          figure: {
            value: summary.p50Seconds.current ?? null,
            percent: meta.previousFrom == null ? undefined : summary.p50Seconds.changePercent,
            better: "down",
            format: (seconds) => roughDuration(seconds, format),
          },
          body: (
            <Sparkline
              values={series.map((bucket) => bucket.p50Seconds ?? null)}
              isOpen={series.at(-1)?.complete === false}
            />
          ),
        })}
      />
      <Card
        id="figure-unanswered"
        title={t`Unanswered`}
        answer={responses}
        look="figure"
        content={({ answered }) => {
          const [done, fresh] = [format.figure(answered.answered), format.figure(answered.waiting)];
          return {
            figure: { value: answered.unanswered, of: answered.starters },
            body: (
              <p className="text-muted mt-3 text-xs">{t`${done} answered, ${fresh} younger than a day`}</p>
            ),
          };
        }}
      />
    </div>
  );
}
