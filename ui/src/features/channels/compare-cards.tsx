import { t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Change } from "@/components/card/change";
import { Curves } from "@/components/charts/curves";
import { HoursHeat } from "@/components/charts/hours-heat";
import { RowBars } from "@/components/charts/row-bars";
import { PageLink } from "@/components/layout/page-link";
import { SmallTable } from "@/components/table/small-table";
import { bucketLabel, bucketSpan, bucketTitle } from "@/lib/bucket";
import { channelTitle } from "@/lib/channel-title";
import { useDrill } from "@/lib/drill";
import { useFormat } from "@/lib/use-format";
import type { ChannelDetail, Compared, Participation } from "./channel-queries";
import { pairsAmong } from "./compare-model";

/** Messages of the channels over time, on one scale. */
export function CompareLinesCard({ answer }: { answer: Answer<Compared> }) {
  const format = useFormat();
  const [, drill] = useDrill();
  return (
    <Card
      id="messages"
      title={t`Messages`}
      answer={answer}
      metrics={["messages"]}
      explore={{ metrics: ["messages"], dimensions: ["channel"], groupBy: "day" }}
      height={300}
      className="lg:col-span-7"
      content={({ channels }) => {
        const [first, second] = channels.toSorted((one, other) => other.messageCount - one.messageCount);
        const sentence = (more: ChannelDetail, less: ChannelDetail): string => {
          const [name, other] = [channelTitle(more.name), channelTitle(less.name)];
          if (less.messageCount === 0) return t`${name} wrote, ${other} did not.`;
          const times = format.exact(Math.round((10 * more.messageCount) / less.messageCount) / 10);
          return t`${name} wrote ${times} times as much as ${other}.`;
        };
        const caption = first && second ? sentence(first, second) : undefined;
        const buckets = channels[0]?.series ?? [];
        return {
          caption,
          twin: {
            columns: [t`Day`, ...channels.map((row) => channelTitle(row.name))],
            rows: buckets.map((bucket, place) => [
              bucketTitle(bucket, format),
              ...channels.map((row) => format.exact(row.series[place]?.count ?? 0)),
            ]),
          },
          body: (
            <Curves
              curves={channels.map((row) => ({
                name: channelTitle(row.name),
                values: row.series.map((bucket) => bucket.count),
              }))}
              labels={buckets.map((bucket) => ({
                label: bucketLabel(bucket.date, format),
                title: bucketTitle(bucket, format),
              }))}
              caption={caption ?? t`Messages`}
              format={format.exact}
              height={340}
              onOpen={(curve, place) => {
                const [channel, bucket] = [channels[curve], buckets[place]];
                if (!channel || !bucket) return;
                const own = { channelId: channel.channelId };
                drill({ kind: "messages", ...bucketSpan(bucket, format), own });
              }}
            />
          ),
        };
      }}
    />
  );
}

/** The figures of the channels, a column for each. */
export function CompareTableCard({ answer }: { answer: Answer<Compared> }) {
  const format = useFormat();
  const number = (value: number | null | undefined) => (value == null ? "–" : format.exact(value));
  const percent = (value: number | null | undefined) => (value == null ? "–" : format.percent(value));
  const rows = [
    { name: t`Messages`, cell: (row: ChannelDetail) => number(row.messageCount) },
    {
      name: t`Change`,
      cell: (row: ChannelDetail) => <Change percent={row.trends.messages?.changePercent} />,
    },
    { name: t`Members`, cell: (row: ChannelDetail) => number(row.memberCount) },
    { name: t`People who write`, cell: (row: ChannelDetail) => number(row.activeMembers) },
    { name: t`Engaged`, cell: (row: ChannelDetail) => percent(row.engagementPercent) },
    { name: t`Half by`, cell: (row: ChannelDetail) => number(row.writersForHalf) },
    { name: t`Replies`, cell: (row: ChannelDetail) => number(row.trends.replies?.current) },
    { name: t`Reactions`, cell: (row: ChannelDetail) => number(row.trends.reactions?.current) },
    { name: t`Peak hour`, cell: (row: ChannelDetail) => row.peakHour ?? "–" },
  ];
  return (
    <Card
      id="figures"
      title={t`Side by side`}
      answer={answer}
      metrics={["messages", "posters"]}
      height={300}
      className="lg:col-span-5"
      content={({ channels }) => ({
        body: (
          <div className="overflow-x-auto">
            <SmallTable
              label={t`Side by side`}
              rows={rows}
              rowKey={(row) => row.name}
              columns={[
                { name: t`Figure`, cell: (row) => row.name },
                ...channels.map((channel) => ({
                  name: channelTitle(channel.name),
                  isNumber: true,
                  cell: (row: (typeof rows)[number]) => row.cell(channel),
                })),
              ]}
            />
          </div>
        ),
      })}
    />
  );
}

/** When each channel is written in; the colours of all mean the same. */
export function CompareHoursCard({ answer }: { answer: Answer<Compared> }) {
  const format = useFormat();
  return (
    <Card
      id="hours"
      title={t`Hours`}
      answer={answer}
      metrics={["messages"]}
      height={240}
      className="lg:col-span-12"
      footnote={t`one scale for all`}
      content={({ channels }) => {
        const among = channels.map((row) => row.heatmap);
        return {
          twin: {
            columns: [t`Channel`, t`Hour`, ...Array.from({ length: 7 }, (_, day) => format.weekday(day))],
            rows: channels.flatMap((row) =>
              Array.from({ length: 24 }, (_, at) => [
                channelTitle(row.name),
                `${String(at).padStart(2, "0")}:00`,
                ...row.heatmap.map((hours) => format.exact(hours[at] ?? 0)),
              ]),
            ),
          },
          body: (
            <div
              className={`grid grid-cols-1 gap-6 ${channels.length > 2 ? "lg:grid-cols-3" : "lg:grid-cols-2"}`}
            >
              {channels.map((row) => (
                <div key={row.channelId} className="min-w-0">
                  <h3 className="mb-2 text-xs font-semibold">
                    <PageLink to="/channels/$id" params={{ id: row.channelId }} className="hover:underline">
                      {channelTitle(row.name)}
                    </PageLink>
                  </h3>
                  <HoursHeat
                    heatmap={row.heatmap}
                    unit={t`messages`}
                    caption={channelTitle(row.name)}
                    among={among}
                  />
                </div>
              ))}
            </div>
          ),
        };
      }}
    />
  );
}

export interface CommonCardProps {
  answer: Answer<Participation>;
  ids: string[];
  names: Map<string, string>;
}

/** How many people write in two of the channels. */
export function CommonCard({ answer, ids, names }: CommonCardProps) {
  const format = useFormat();
  return (
    <Card
      id="common"
      title={t`People in common`}
      answer={answer}
      metrics={["posters"]}
      table="overlap.pairs"
      height={120}
      className="lg:col-span-12"
      footnote={t`people who wrote in both; channels with at least five writers`}
      content={(data) => {
        const pairs = pairsAmong(data.overlap.pairs, ids);
        const title = (id: string, name: string) => names.get(id) ?? channelTitle(name);
        const rows = pairs.map((pair) => ({
          key: `${pair.channelId} ${pair.otherChannelId}`,
          name: `${title(pair.channelId, pair.name)} · ${title(pair.otherChannelId, pair.otherName)}`,
          values: [pair.both],
          note: ofEither(format.exact(pair.either)),
        }));
        const [first] = pairs;
        const caption = first && both(format.exact(first.both), format.exact(first.either));
        return {
          caption,
          empty: first
            ? undefined
            : {
                title: t`Nobody in common`,
                text: t`Nobody wrote in two of them, or fewer than five people write in one.`,
              },
          twin: {
            columns: [t`Channels`, t`People in both`, t`People in either`],
            rows: pairs.map((pair, place) => [
              rows[place]?.name ?? "",
              format.exact(pair.both),
              format.exact(pair.either),
            ]),
          },
          body: (
            <RowBars
              series={[t`people`]}
              caption={caption ?? t`People in common`}
              format={format.exact}
              nameWidth={220}
              max={Math.max(1, ...pairs.map((pair) => pair.either))}
              rows={rows}
            />
          ),
        };
      }}
    />
  );
  function ofEither(either: string): string {
    return t`of ${either}`;
  }
  function both(some: string, either: string): string {
    return t`${some} of ${either} people who write in one of the first two write in both.`;
  }
}
