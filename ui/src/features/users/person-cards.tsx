import { plural, t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Calendar } from "@/components/charts/calendar";
import { HoursHeat } from "@/components/charts/hours-heat";
import { LineChart } from "@/components/charts/line-chart";
import { RowBars } from "@/components/charts/row-bars";
import { bucketLabel, bucketTitle } from "@/lib/bucket";
import { channelTitle } from "@/lib/channel-title";
import { useDrill } from "@/lib/drill";
import { daysOf } from "@/lib/format";
import { busiestHour } from "@/lib/hours";
import { addDays } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";
import { longestPause, wholeCalendar } from "./person-model";
import type { PersonAnswer } from "./person-queries";

interface Props {
  answer: Answer<PersonAnswer>;
  className: string;
}

/** A year of messages, a square for each day. */
export function YearCard({ answer, className }: Props) {
  const format = useFormat();
  const [, drill] = useDrill();
  return (
    <Card
      id="year"
      title={t`A year of messages`}
      answer={answer}
      metrics={["messages"]}
      table="calendar"
      height={180}
      className={className}
      content={({ calendar, user, meta }) => {
        const [first, last] = daysOf(meta.from, meta.to, meta.timezone) ?? [];
        const days = first && last ? wholeCalendar(calendar, first, last) : [];
        const active = format.exact(calendar.filter((day) => day.messageCount > 0).length);
        const pause = longestPause(days);
        const wrote = t`Wrote on ${active} days.`;
        const rest =
          pause && pause.days >= 7
            ? plural(pause.days, {
                one: "",
                other: `The longest pause was # days, ${format.days(pause.first, pause.last)}.`,
              })
            : "";
        const caption = rest ? `${wrote} ${rest}` : wrote;
        return {
          caption,
          twin: {
            columns: [t`Day`, t`Messages`],
            rows: days
              .filter((day) => day.value > 0)
              .map((day) => [format.day(day.date), format.exact(day.value)]),
          },
          body: (
            <Calendar
              days={days}
              unit={t`messages`}
              caption={caption}
              format={format.exact}
              onOpen={(date) =>
                drill({ kind: "messages", from: date, to: addDays(date, 1), own: { userId: user.userId } })
              }
            />
          ),
        };
      }}
    />
  );
}

/** When a person is active, by weekday and hour. */
export function PersonHoursCard({ answer, className }: Props) {
  const format = useFormat();
  const hour = (at: number) => String(at % 24).padStart(2, "0");
  const sentence = (span: string) => t`Most often on ${span}.`;
  return (
    <Card
      id="hours"
      title={t`Hours`}
      answer={answer}
      metrics={["messages"]}
      table="heatmap"
      height={240}
      className={className}
      content={({ heatmap }) => {
        const most = busiestHour(heatmap);
        const caption = most
          ? sentence(`${format.weekday(most.day)} ${hour(most.hour)}–${hour(most.hour + 1)}`)
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
}

/** The channels in which a person writes. */
export function PersonChannelsCard({ answer, className }: Props) {
  const format = useFormat();
  const [, drill] = useDrill();
  return (
    <Card
      id="channels"
      title={t`Channels`}
      answer={answer}
      metrics={["messages"]}
      table="channels"
      height={240}
      className={className}
      content={({ channels, channelsTotal, user, meta }) => {
        const [first] = channels;
        const all = user.messageCount;
        const sentence = (name: string, count: number) => {
          const share = format.percent(all > 0 ? (100 * count) / all : 0);
          return t`${share} of the messages are in ${name}.`;
        };
        const caption = first && sentence(channelTitle(first.name), first.messageCount);
        const more = channelsTotal - channels.length;
        return {
          caption:
            caption && more > 0
              ? `${caption} ${plural(more, { one: "One more channel is not shown.", other: "# more channels are not shown." })}`
              : caption,
          empty: first
            ? undefined
            : { title: t`Nothing written`, text: t`Nothing was written in this time.` },
          twin: {
            columns: [t`Channel`, t`Messages`],
            rows: channels.map((row) => [channelTitle(row.name), format.exact(row.messageCount)]),
          },
          body: (
            <RowBars
              series={[t`messages`]}
              caption={caption ?? t`Channels`}
              format={format.exact}
              nameWidth={140}
              rows={channels.map((row) => ({
                key: row.channelId,
                name: channelTitle(row.name),
                values: [row.messageCount],
                ...(all > 0 && { note: format.percent((100 * row.messageCount) / all) }),
              }))}
              onOpen={(place) => {
                const channelId = channels[place]?.channelId;
                if (!channelId) return;
                const own = { userId: user.userId, channelId };
                drill({ kind: "messages", from: meta.from, to: meta.to, own });
              }}
            />
          ),
        };
      }}
    />
  );
}

/** The score of a person over time, bucket by bucket. */
export function ScoreCard({ answer, className }: Props) {
  const format = useFormat();
  return (
    <Card
      id="score"
      title={t`Score over time`}
      answer={answer}
      metrics={["engagementRaw"]}
      table="engagement"
      height={240}
      className={className}
      footnote={t`a low score is not a fault`}
      content={({ engagement }) => {
        const known = engagement.filter((bucket) => bucket.engagementScore != null);
        const scores = known.map((bucket) => bucket.engagementScore ?? 0);
        const [low, high] = [format.exact(Math.min(...scores)), format.exact(Math.max(...scores))];
        const caption = t`Between ${low} and ${high}.`;
        const number = (value: number | null | undefined) => (value == null ? "–" : format.exact(value));
        return {
          caption,
          empty:
            known.length < 2
              ? { title: t`No line yet`, text: t`A line needs activity in at least two weeks of this time.` }
              : undefined,
          twin: {
            columns: [t`From`, t`Score`, t`Before`, t`Messages`],
            rows: engagement.map((bucket) => [
              bucketTitle(bucket, format),
              number(bucket.engagementScore),
              number(bucket.previous?.engagementScore),
              format.exact(bucket.messageCount),
            ]),
          },
          body: (
            <LineChart
              name={t`score`}
              previousName={t`before`}
              caption={caption}
              height={220}
              format={format.exact}
              points={engagement.map((bucket, place) => ({
                label: bucketLabel(bucket.date, format),
                title: bucketTitle(bucket, format),
                value: bucket.engagementScore ?? null,
                previous: bucket.previous?.engagementScore ?? null,
                // The first one may begin before the span, which is no reason to dash the line.
                isComplete: bucket.complete || place < engagement.length - 1,
              }))}
            />
          ),
        };
      }}
    />
  );
}
