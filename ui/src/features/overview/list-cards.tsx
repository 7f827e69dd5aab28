import { t } from "@lingui/core/macro";
import { Card } from "@/components/card/card";
import { Change } from "@/components/card/change";
import { MetaFooter } from "@/components/card/meta-footer";
import { Meter } from "@/components/table/meter";
import { type Column, SmallTable } from "@/components/table/small-table";
import { useFormat } from "@/lib/use-format";
import type { Channels, People } from "./queries";

/** The channels with the most messages. */
export function ChannelsCard({ answer, isStale }: { answer: Channels; isStale: boolean }) {
  const format = useFormat();
  type Row = Channels["channels"][number];
  const columns: Column<Row>[] = [
    { name: t`Channel`, cell: (row) => `#${row.name}` },
    { name: t`Messages`, isNumber: true, cell: (row) => format.exact(row.messageCount) },
    {
      name: t`Change`,
      isNumber: true,
      cell: (row) => (
        <Change percent={row.previousMessageCount == null ? undefined : (row.growthPercent ?? null)} />
      ),
    },
    {
      name: t`Share`,
      isNumber: true,
      isWide: true,
      cell: (row) =>
        row.share == null ? (
          "–"
        ) : (
          <>
            <Meter percent={row.share} />{" "}
            <span className="text-muted ms-1 text-xs">{format.percent(row.share)}</span>
          </>
        ),
    },
    {
      name: t`Last`,
      isNumber: true,
      isWide: true,
      cell: (row) => (
        <span className="text-muted text-xs">
          {row.lastActivity ? format.last(row.lastActivity, answer.meta.asOf) : "–"}
        </span>
      ),
    },
  ];
  const half = answer.distribution.channelsForHalf;
  const names = answer.channels.slice(0, 2).map((row) => `#${row.name}`);
  const caption =
    half != null && half <= names.length
      ? t`${names.slice(0, half).join(t` and `)} hold half of all messages.`
      : half != null
        ? t`${format.exact(half)} channels hold half of all messages.`
        : undefined;
  return (
    <Card
      title={t`Top channels`}
      caption={caption}
      isStale={isStale}
      className="lg:col-span-6"
      footer={<MetaFooter meta={answer.meta} />}
    >
      <SmallTable
        label={t`Top channels`}
        columns={columns}
        rows={answer.channels}
        rowKey={(row) => row.channelId}
      />
    </Card>
  );
}

/** The people with the highest engagement. */
export function PeopleCard({ answer, isStale }: { answer: People; isStale: boolean }) {
  const format = useFormat();
  type Row = People["users"][number];
  const columns: Column<Row>[] = [
    { name: t`Name`, cell: (row) => row.displayName },
    { name: t`Messages`, isNumber: true, cell: (row) => format.exact(row.messageCount) },
    { name: t`Channels`, isNumber: true, cell: (row) => format.exact(row.channelsActive) },
    {
      name: t`Score`,
      isNumber: true,
      isWide: true,
      cell: (row) => (
        <>
          <Meter percent={row.engagementScore} />{" "}
          <span className="ms-1">{format.exact(row.engagementScore)}</span>
        </>
      ),
    },
    {
      name: t`Last`,
      isNumber: true,
      isWide: true,
      cell: (row) => (
        <span className="text-muted text-xs">
          {row.lastActive ? format.last(row.lastActive, answer.meta.asOf) : "–"}
        </span>
      ),
    },
  ];
  const { activeUsers, totalUsers, levels } = answer.summary;
  const [active, total] = [format.exact(activeUsers), format.exact(totalUsers)];
  const high = format.exact(levels.high);
  const medium = format.exact(levels.medium);
  const low = format.exact(levels.low);
  return (
    <Card
      title={t`Most active people`}
      caption={t`${active} of ${total} were active; ${high} score high, ${medium} medium, ${low} low.`}
      isStale={isStale}
      className="lg:col-span-6"
      footer={<MetaFooter meta={answer.meta} />}
    >
      <SmallTable
        label={t`Most active people`}
        columns={columns}
        rows={answer.users}
        rowKey={(row) => row.userId}
      />
    </Card>
  );
}
