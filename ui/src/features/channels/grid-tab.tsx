import { plural, t } from "@lingui/core/macro";
import { useState } from "react";
import { useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Change } from "@/components/card/change";
import { Heatmap } from "@/components/charts/heatmap";
import { PageLink } from "@/components/layout/page-link";
import { Button } from "@/components/ui/button";
import { Segmented } from "@/components/ui/segmented";
import { bucketLabel, bucketSpan, bucketTitle } from "@/lib/bucket";
import { channelTitle } from "@/lib/channel-title";
import { useDrill } from "@/lib/drill";
import { useAddress, useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { useIsNarrow } from "@/lib/use-size";
import { useView } from "@/lib/view";
import { peakOf } from "./model";
import { type Channels, channelsQueries } from "./queries";
import { StateStrip } from "./state-strip";

const FIRST = 30;
const CELL = 24;
const GAP = 2;
/** Columns that a phone has room for. */
const NARROW = 14;

/** Channels by time, as one grid: who writes when, and which channel fades. */
export function GridTab() {
  const [scope] = useScope();
  const format = useFormat();
  const isNarrow = useIsNarrow();
  const { state } = useAddress();
  const [scale, setScale] = useView("scale");
  const [isWhole, setWhole] = useState(false);
  const summary = useAnswer(channelsQueries.all(scope)).data?.summary;
  const grid = useAnswer(
    channelsQueries.listed(
      scope,
      { ...(state && { state }), ...(!isWhole && { limit: String(FIRST) }) },
      true,
    ),
  );
  const sentence = (data: Channels): string | undefined => {
    const peak = peakOf(data.channels.map((row) => (row.series ?? []).map((bucket) => bucket.count)));
    const row = peak && data.channels[peak.row];
    const bucket = peak && row?.series?.[peak.column];
    if (!peak || !row || !bucket) return undefined;
    const [channel, day] = [channelTitle(row.name), bucketTitle(bucket, format)];
    const [count, all] = [format.exact(peak.value), format.exact(row.messageCount)];
    return t`${channel} wrote ${count} of its ${all} messages on ${day}, the most of any channel.`;
  };
  const choice = (
    <Segmented
      label={t`Scale`}
      size="small"
      value={scale === "own" ? "own" : "one"}
      options={[
        { value: "one", title: t`One scale` },
        { value: "own", title: t`Each its own` },
      ]}
      onChange={(value) => setScale(value === "own" ? "own" : undefined)}
    />
  );
  return (
    <>
      <StateStrip summary={summary} />
      <Card
        id="grid"
        title={t`Messages by channel`}
        answer={grid}
        metrics={["messages"]}
        explore={{ metrics: ["messages"], dimensions: ["channel"], groupBy: "day" }}
        height={480}
        tools={!isNarrow && choice}
        content={(data) => {
          const caption = sentence(data);
          const buckets = data.channels[0]?.series ?? [];
          return {
            caption,
            empty:
              data.channels.length === 0
                ? {
                    title: t`No channel like this`,
                    text: t`No channel is in this state at the end of this time.`,
                  }
                : undefined,
            twin: {
              columns: [
                t`Channel`,
                ...buckets.map((bucket) => bucketLabel(bucket.date, format)),
                t`Messages`,
              ],
              rows: data.channels.map((row) => [
                channelTitle(row.name),
                ...(row.series ?? []).map((bucket) => format.exact(bucket.count)),
                format.exact(row.messageCount),
              ]),
            },
            body: (
              <>
                {isNarrow && <div className="mb-3">{choice}</div>}
                <Grid
                  data={data}
                  caption={caption ?? t`Messages by channel`}
                  isScaledByRow={scale === "own"}
                />
                {data.total > data.channels.length && (
                  <Button size="small" className="mt-3 self-start" onClick={() => setWhole(true)}>
                    {plural(data.total, { one: "Show it", other: "Show all #" })}
                  </Button>
                )}
              </>
            ),
          };
        }}
      />
    </>
  );
}

function Grid({ data, caption, isScaledByRow }: { data: Channels; caption: string; isScaledByRow: boolean }) {
  const format = useFormat();
  const isNarrow = useIsNarrow();
  const [, drill] = useDrill();
  const rows = data.channels.map((row) => ({
    ...row,
    series: isNarrow ? (row.series ?? []).slice(-NARROW) : (row.series ?? []),
  }));
  const buckets = rows[0]?.series ?? [];
  const every = Math.max(1, Math.ceil(buckets.length / (isNarrow ? 3 : 7)));
  const open = buckets.findIndex((bucket) => !bucket.complete);
  return (
    <div className="flex gap-3 sm:gap-4">
      <div className="min-w-0 flex-1">
        <Heatmap
          rows={rows.map((row) => ({
            name: shortened(channelTitle(row.name), isNarrow ? 12 : 18),
            title: channelTitle(row.name),
            values: row.series.map((bucket) => bucket.count),
          }))}
          columns={buckets.map((bucket, place) => ({
            label: (buckets.length - 1 - place) % every === 0 ? bucketLabel(bucket.date, format) : "",
            title: bucketTitle(bucket, format),
          }))}
          unit={t`messages`}
          caption={caption}
          format={format.exact}
          cell={CELL}
          nameWidth={isNarrow ? 92 : 136}
          peak={peakOf(rows.map((row) => row.series.map((bucket) => bucket.count)))}
          isScaledByRow={isScaledByRow}
          openColumn={open === -1 ? undefined : open}
          onOpen={(row, column) => {
            const [channel, bucket] = [rows[row], rows[row]?.series[column]];
            if (!channel || !bucket) return;
            const span = bucketSpan(bucket, format);
            drill({ kind: "messages", ...span, own: { channelId: channel.channelId } });
          }}
        />
      </div>
      <ul aria-label={t`Messages and change of each channel`} className="shrink-0">
        {rows.map((row) => (
          <li
            key={row.channelId}
            className="flex items-center justify-end gap-3"
            style={{ height: CELL, marginBlockEnd: GAP }}
          >
            <PageLink
              to="/channels/$id"
              params={{ id: row.channelId }}
              className="font-semibold hover:underline"
              title={channelTitle(row.name)}
            >
              <span className="sr-only">{channelTitle(row.name)}: </span>
              {format.figure(row.messageCount)}
            </PageLink>
            <span className="hidden w-20 text-end sm:inline">
              <Change
                percent={
                  row.previousMessageCount == null
                    ? undefined
                    : row.messageCount === 0 && row.previousMessageCount === 0
                      ? 0
                      : (row.growthPercent ?? null)
                }
              />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function shortened(name: string, most: number): string {
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}
