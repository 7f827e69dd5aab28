import { plural, t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Change } from "@/components/card/change";
import { Meter } from "@/components/table/meter";
import { type Column, SmallTable } from "@/components/table/small-table";
import { useFormat } from "@/lib/use-format";
import type { Channels, People } from "./queries";

/** The channels with the most messages. */
export function ChannelsCard({ answer }: { answer: Answer<Channels> }) {
  const format = useFormat();
  type Row = Channels["channels"][number];
  const columns = (asOf: string): Column<Row>[] => [
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
          {row.lastActivity ? format.last(row.lastActivity, asOf) : "–"}
        </span>
      ),
    },
  ];
  const sentence = ({ distribution, channels }: Channels) => {
    const half = distribution.channelsForHalf;
    if (half == null) return undefined;
    const names = channels.slice(0, half).map((row) => `#${row.name}`);
    const count = format.exact(half);
    if (half > 2) return t`${count} channels hold half of all messages.`;
    const named = names.join(t` and `);
    return plural(half, {
      one: `${named} holds half of all messages.`,
      other: `${named} hold half of all messages.`,
    });
  };
  return (
    <Card
      id="channels"
      title={t`Top channels`}
      answer={answer}
      metrics={["messages"]}
      explore={{ metrics: ["messages"], dimensions: ["channel"] }}
      height={360}
      className="lg:col-span-6"
      content={(data) => ({
        caption: sentence(data),
        empty: data.channels.length === 0 ? { title: t`No channels yet` } : undefined,
        body: (
          <SmallTable
            label={t`Top channels`}
            columns={columns(data.meta.asOf)}
            rows={data.channels}
            rowKey={(row) => row.channelId}
          />
        ),
      })}
    />
  );
}

/** The people with the highest engagement. */
export function PeopleCard({ answer }: { answer: Answer<People> }) {
  const format = useFormat();
  type Row = People["users"][number];
  const columns = (asOf: string): Column<Row>[] => [
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
        <span className="text-muted text-xs">{row.lastActive ? format.last(row.lastActive, asOf) : "–"}</span>
      ),
    },
  ];
  const sentence = ({ activeUsers, totalUsers, levels }: People["summary"]) => {
    const [active, total] = [format.exact(activeUsers), format.exact(totalUsers)];
    const high = format.exact(levels.high);
    const medium = format.exact(levels.medium);
    const low = format.exact(levels.low);
    return t`${active} of ${total} were active; ${high} score high, ${medium} medium, ${low} low.`;
  };
  return (
    <Card
      id="people"
      title={t`Most active people`}
      answer={answer}
      metrics={["engagementRaw"]}
      height={360}
      className="lg:col-span-6"
      content={(data) => ({
        caption: sentence(data.summary),
        empty: data.users.length === 0 ? { title: t`Nobody was active in this time` } : undefined,
        body: (
          <SmallTable
            label={t`Most active people`}
            columns={columns(data.meta.asOf)}
            rows={data.users}
            rowKey={(row) => row.userId}
          />
        ),
      })}
    />
  );
}
