import { t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { useChartHeight } from "@/components/card/card-context";
import { HoursHeat } from "@/components/charts/hours-heat";
import { LineChart } from "@/components/charts/line-chart";
import { bucketLabel, bucketSpan, bucketTitle } from "@/lib/bucket";
import { useDrill } from "@/lib/drill";
import { busiestHour } from "@/lib/hours";
import { useFormat } from "@/lib/use-format";
import { outburstOf } from "./channel-model";
import type { Channel, ChannelDetail } from "./channel-queries";

/** Messages of a channel over time, beside the span that it is compared with. */
export function ChannelMessagesCard({ answer }: { answer: Answer<Channel> }) {
  const format = useFormat();
  const sentence = (data: ChannelDetail, isDaily: boolean): string => {
    const burst = isDaily ? outburstOf(data.series) : undefined;
    const most = data.series.reduce<ChannelDetail["series"][number] | undefined>(
      (best, bucket) => (bucket.count > (best?.count ?? 0) ? bucket : best),
      undefined,
    );
    if (!most) return t`Nothing was written in this time.`;
    const [day, count] = [bucketTitle(most, format), format.exact(most.count)];
    if (!burst) return t`Most on ${day}: ${count} messages.`;
    const usual = format.exact(Math.round(burst.usual * 10) / 10);
    return t`One day made this time: ${day} with ${count} messages. Without it ${usual} a day.`;
  };
  return (
    <Card
      id="messages"
      title={t`Messages`}
      answer={answer}
      metrics={["messages"]}
      table="channel.series"
      explore={{ metrics: ["messages"], groupBy: "day" }}
      height={300}
      className="lg:col-span-8"
      content={({ channel, meta, groupBy }) => {
        const caption = sentence(channel, groupBy === "day");
        return {
          figure: {
            value: channel.messageCount,
            percent: meta.previousFrom == null ? undefined : (channel.trends.messages?.changePercent ?? null),
          },
          caption,
          twin: {
            columns: [t`Day`, t`Messages`, t`Before`],
            rows: channel.series.map((bucket) => [
              bucketTitle(bucket, format),
              format.exact(bucket.count),
              bucket.previous == null ? "–" : format.exact(bucket.previous),
            ]),
          },
          body: <MessagesLine channel={channel} caption={caption} />,
        };
      }}
    />
  );
}

function MessagesLine({ channel, caption }: { channel: ChannelDetail; caption: string }) {
  const format = useFormat();
  const [, drill] = useDrill();
  const height = useChartHeight(260);
  return (
    <LineChart
      name={t`messages`}
      previousName={t`before`}
      caption={caption}
      height={height}
      format={format.exact}
      points={channel.series.map((bucket) => ({
        label: bucketLabel(bucket.date, format),
        title: bucketTitle(bucket, format),
        value: bucket.count,
        previous: bucket.previous ?? null,
        isComplete: bucket.complete,
      }))}
      onOpen={(place) => {
        const bucket = channel.series[place];
        if (!bucket) return;
        drill({ kind: "messages", ...bucketSpan(bucket, format), own: { channelId: channel.channelId } });
      }}
    />
  );
}

/** When people write in a channel. */
export function ChannelHoursCard({ answer }: { answer: Answer<Channel> }) {
  const format = useFormat();
  const hour = (at: number) => String(at % 24).padStart(2, "0");
  return (
    <Card
      id="hours"
      title={t`Hours`}
      answer={answer}
      metrics={["messages"]}
      table="channel.heatmap"
      explore={{ metrics: ["messages"], dimensions: ["hourOfWeek"] }}
      height={240}
      className="lg:col-span-4"
      content={({ channel: { heatmap } }) => {
        const most = busiestHour(heatmap);
        const caption = most
          ? sentence(`${format.weekday(most.day)} ${hour(most.hour)}–${hour(most.hour + 1)}`, most.value)
          : t`Nothing was written in this time.`;
        return {
          caption,
          twin: {
            columns: [t`Hour`, ...heatmap.map((_, day) => format.weekday(day))],
            rows: Array.from({ length: 24 }, (_, at) => [
              `${hour(at)}:00`,
              ...heatmap.map((hours) => format.exact(hours[at] ?? 0)),
            ]),
          },
          body: <HoursHeat heatmap={heatmap} unit={t`messages`} caption={caption} />,
        };
      }}
    />
  );
  function sentence(span: string, value: number): string {
    const count = format.exact(value);
    return t`Most on ${span}: ${count} messages.`;
  }
}
