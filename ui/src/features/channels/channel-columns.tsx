import { t } from "@lingui/core/macro";
import { Lock, Megaphone } from "lucide-react";
import { Change } from "@/components/card/change";
import { MiniBars } from "@/components/charts/mini-bars";
import { PageLink } from "@/components/layout/page-link";
import type { TableColumn } from "@/components/table/columns";
import { Meter } from "@/components/table/meter";
import { channelTitle } from "@/lib/channel-title";
import type { Format } from "@/lib/format";
import { roughDuration } from "@/lib/rough-duration";
import type { ChannelRow, ResponseTimes } from "./queries";
import { kindNames, StateBadge } from "./state-badge";

/** A channel with how soon it answers. */
export interface ListedChannel extends ChannelRow {
  response: ResponseTimes["rows"][number] | undefined;
}

/** The name of a channel as a link to its page, with what kind it is. */
export function ChannelName({ row }: { row: Pick<ChannelRow, "channelId" | "name" | "kind"> }) {
  const Icon = row.kind === "private" ? Lock : row.kind === "announcement" ? Megaphone : undefined;
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <PageLink to="/channels/$id" params={{ id: row.channelId }} className="truncate hover:underline">
        {channelTitle(row.name)}
      </PageLink>
      {Icon && (
        <Icon aria-label={kindNames()[row.kind ?? ""] ?? ""} className="text-muted size-3.5 shrink-0" />
      )}
    </span>
  );
}

/** The columns of the list of channels. `asOf` says what "today" is. */
export function channelColumns(format: Format, asOf: string): TableColumn<ListedChannel>[] {
  type Column = TableColumn<ListedChannel>;
  const number = (
    id: string,
    title: string,
    value: (row: ListedChannel) => number | null | undefined,
    more: Partial<Column> = {},
  ): Column => ({
    id,
    title,
    value,
    isNumber: true,
    width: 72,
    cell: (row) => {
      const at = value(row);
      return at == null ? "–" : format.exact(at);
    },
    ...more,
  });
  const percent = (id: string, title: string, value: (row: ListedChannel) => number | null | undefined) =>
    number(id, title, value, {
      width: 80,
      cell: (row) => {
        const at = value(row);
        return at == null ? "–" : format.percent(at);
      },
    });
  const date = (id: string, title: string, value: (row: ListedChannel) => string | null | undefined) => ({
    ...{ id, title, value, isNumber: true, width: 76 },
    cell: (row: ListedChannel) => {
      const at = value(row);
      return <span className="text-muted text-xs">{at ? format.last(at, asOf) : "–"}</span>;
    },
  });
  const optional = (column: Column): Column => ({ ...column, isOptional: true });
  const kinds = kindNames();
  return [
    {
      id: "name",
      title: t`Channel`,
      width: 168,
      value: (row) => row.name,
      cell: (row) => <ChannelName row={row} />,
    },
    number("members", t`Members`, (row) => row.memberCount),
    number("active", t`Active`, (row) => row.activeMembers, { width: 64 }),
    number("messages", t`Messages`, (row) => row.messageCount, { card: "end", width: 84 }),
    number("growth", t`Growth`, (row) => row.growthPercent, {
      width: 92,
      cell: (row) => <Change percent={row.previousMessageCount == null ? undefined : changeShown(row)} />,
    }),
    percent("engagement", t`Engaged`, (row) => row.engagementPercent),
    number("share", t`Share`, (row) => row.share, {
      width: 116,
      cell: (row) =>
        row.share == null ? (
          "–"
        ) : (
          <span className="inline-flex items-center gap-1.5">
            <Meter percent={row.share} />
            <span className="w-11 text-end">{format.percent(row.share)}</span>
          </span>
        ),
    }),
    number("median", t`Median reply`, (row) => row.response?.p50Seconds, {
      width: 124,
      cell: (row) =>
        row.response?.p50Seconds == null ? "–" : roughDuration(row.response.p50Seconds, format),
    }),
    { ...date("last", t`Last`, (row) => row.lastActivity), card: "end" },
    {
      id: "state",
      title: t`State`,
      width: 136,
      card: "below",
      cell: (row) => <StateBadge row={row} />,
    },
    {
      id: "series",
      title: t`Over time`,
      width: 108,
      isOptional: true,
      cell: (row) => <MiniBars values={(row.series ?? []).map((bucket) => bucket.count)} />,
    },
    optional(number("perDay", t`A day`, (row) => row.messagesPerDay, { width: 76 })),
    optional(percent("participation", t`Taking part`, (row) => row.participationPercent)),
    optional({
      id: "peak",
      title: t`Peak hour`,
      width: 92,
      value: (row) => row.peakHour,
      cell: (row) => row.peakHour ?? "–",
    }),
    optional(number("unanswered", t`Unanswered`, (row) => row.response?.answered.unanswered, { width: 100 })),
    optional({
      id: "owner",
      title: t`Owner`,
      width: 144,
      value: (row) => row.ownerName,
      cell: (row) => <span className="text-muted">{row.ownerName ?? "–"}</span>,
    }),
    optional({
      id: "kind",
      title: t`Kind`,
      width: 112,
      value: (row) => row.kind,
      cell: (row) => <span className="text-muted">{row.kind ? (kinds[row.kind] ?? row.kind) : "–"}</span>,
    }),
    optional(date("created", t`Made`, (row) => row.createdAt)),
  ];
}

/** The change of a row: nothing before and nothing now is no change, something after nothing is new. */
function changeShown(row: ChannelRow): number | null {
  if (row.growthPercent != null) return row.growthPercent;
  return row.messageCount === 0 ? 0 : null;
}
