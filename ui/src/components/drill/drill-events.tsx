import { plural, t } from "@lingui/core/macro";
import { addressOf, question } from "@/api/answers";
import type { EventRow } from "@/api/event";
import { useAnswer } from "@/api/use-answer";
import { useRows } from "@/api/use-rows";
import type { TableColumn } from "@/components/table/columns";
import { DataTable } from "@/components/table/data-table";
import { channelTitle } from "@/lib/channel-title";
import type { Drill, DrillKind } from "@/lib/drill";
import { useKindName } from "@/lib/kinds";
import { dateIn } from "@/lib/plain-date";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { useIsNarrow } from "@/lib/use-size";
import { DrillFrame } from "./drill-frame";
import { drillScope, eventScope } from "./drill-scope";
import { ShareBars } from "./share-bars";

/** How many channels are told apart above the list. */
const CHANNELS = 4;
const NEWEST = { by: "", order: "desc" } as const;

/** The events behind a mark: how many, in which channels, and each of them, newest first. */
export function DrillEvents({ drill }: { drill: Drill }) {
  const format = useFormat();
  const kindName = useKindName();
  const isNarrow = useIsNarrow();
  const [scope] = useScope();
  const asked = drillScope(scope, drill);
  const metric = drill.kind;
  const split = useAnswer(question(asked, { metrics: [metric], dimensions: ["channel"], limit: CHANNELS }));
  // Lists of events have those of bots, unless they are told not to; numbers have not.
  const bots = { includeBots: asked.includeBots ? "true" : "false" };
  const events = useRows("events", eventScope(asked, drill.kind), bots, {
    rows: (page) => page.events as unknown as EventRow[],
    size: 50,
  });
  const count = split.data?.totals?.values[metric] ?? undefined;
  const rows = (split.data?.rows ?? []).filter((row) => (row.values[metric] ?? 0) > 0);
  const bars = rows.map((row) => ({
    key: String(row.keys["channel"]),
    name: channelTitle(row.names?.["channel"] ?? String(row.keys["channel"])),
    value: row.values[metric] ?? 0,
    isRest: false,
  }));
  const rest = (count ?? 0) - bars.reduce((sum, row) => sum + row.value, 0);
  const others = Math.max(0, (split.data?.total ?? 0) - bars.length);
  if (rest > 0) {
    const name = others > 0 ? plural(others, { one: "# other", other: "# others" }) : t`no channel`;
    bars.push({ key: "", name, value: rest, isRest: true });
  }
  const [first] = events.rows;
  const last = events.rows.at(-1);
  const isOneDay =
    first && last && dateIn(first.timestamp, format.timezone) === dateIn(last.timestamp, format.timezone);
  const time = (row: EventRow) =>
    isOneDay
      ? format.time(row.timestamp)
      : `${format.shortDay(dateIn(row.timestamp, format.timezone))} ${format.time(row.timestamp)}`;
  const columns: TableColumn<EventRow>[] = [
    { id: "time", title: t`Time`, width: isOneDay ? 92 : 136, cell: time },
    { id: "who", title: t`Who`, width: 144, cell: (row) => row.userName ?? row.userId ?? "–" },
    {
      id: "where",
      title: t`Where`,
      width: 144,
      cell: (row) => {
        const name = row.channelName ?? row.channelId;
        return name === null ? "–" : channelTitle(name);
      },
    },
    {
      id: "kind",
      title: t`Kind`,
      width: 120,
      cell: (row) => <span className="text-muted">{kindName(row.eventType, row.messageType)}</span>,
    },
  ];
  const units: Partial<Record<DrillKind, string>> = {
    messages: t`messages`,
    files: t`files`,
    reactions: t`reactions`,
  };
  const file = (kind: string) =>
    addressOf("export", eventScope(asked, drill.kind), { ...bots, metrics: "events", format: kind });
  return (
    <DrillFrame
      answer={split}
      count={count}
      unit={units[drill.kind] ?? t`events`}
      percent={split.data?.totals?.changePercent?.[metric]}
      files={{ csv: file("csv"), json: file("json") }}
    >
      <div className="px-4 py-4 sm:px-6">
        <ShareBars label={t`By channel`} rows={bars} />
      </div>
      <DataTable
        layout="filling"
        label={t`Events, newest first`}
        columns={isNarrow ? columns.slice(0, 3) : columns}
        rows={events.rows}
        rowKey={(row) => row.eventId}
        sort={NEWEST}
        onSort={() => undefined}
        total={count ?? events.rows.length}
        onMore={events.more}
        isFetchingMore={events.isFetchingMore}
        isStale={events.answer.isStale}
      />
    </DrillFrame>
  );
}
