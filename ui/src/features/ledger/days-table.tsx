import { plural, t } from "@lingui/core/macro";
import { useMemo } from "react";
import { useRows } from "@/api/use-rows";
import { type TableColumn, useSort } from "@/components/table/columns";
import { DataTable } from "@/components/table/data-table";
import { Badge } from "@/components/ui/badge";
import { ago } from "@/lib/format";
import { dateIn } from "@/lib/plain-date";
import { DEFAULT_SCOPE } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";
import { largestDay, signOf } from "./model";
import type { Ledger, LedgerDay } from "./queries";

const rowsOf = (page: Ledger) => page.list;
const totalOf = (page: Ledger) => page.days;

/** Returns what the states of days are called. */
export function useStateNames(): Record<string, string> {
  return { clean: t`complete`, started: t`being filled`, dirty: t`waits` };
}

/** Every day, with how far its rollups are. */
export function DaysTable() {
  const format = useFormat();
  const names = useStateNames();
  const [sort, setSort] = useSort({ by: "", order: "desc" });
  const list = useRows("ledger", DEFAULT_SCOPE, {}, { rows: rowsOf, total: totalOf, size: 100 });
  const largest = largestDay(list.rows);
  const columns: TableColumn<LedgerDay>[] = useMemo(() => {
    const time = (instant: string | null | undefined) => (instant ? format.time(instant) : "–");
    const filled = (day: LedgerDay) =>
      day.filledAt
        ? `${format.shortDay(dateIn(day.filledAt, format.timezone))} ${format.time(day.filledAt)}`
        : "–";
    return [
      { id: "day", title: t`Day`, cell: (day) => format.day(day.day), width: 168 },
      {
        id: "state",
        title: t`State`,
        card: "end",
        width: 144,
        cell: (day) => (
          <Badge look={day.state === "clean" ? "good" : day.state === "started" ? "primary" : "warn"}>
            <span aria-hidden="true">{signOf(day.state)}</span> {names[day.state] ?? day.state}
          </Badge>
        ),
      },
      {
        id: "events",
        title: t`Events`,
        isNumber: true,
        card: "end",
        cell: (day) => format.exact(day.events),
      },
      {
        id: "late",
        title: t`Late`,
        isNumber: true,
        cell: (day) => (day.lateEvents == null ? "–" : format.exact(day.lateEvents)),
      },
      { id: "latest", title: t`Last event`, isNumber: true, cell: (day) => time(day.latestEvent) },
      { id: "filled", title: t`Filled at`, isNumber: true, width: 144, cell: filled },
      {
        id: "dirty",
        title: t`Waits since`,
        isNumber: true,
        cell: (day) =>
          day.dirtySince ? ago(format.locale, (Date.now() - Date.parse(day.dirtySince)) / 1_000) : "–",
      },
    ];
  }, [format, names]);
  if (!list.answer.data) return null;
  const total = list.total ?? 0;
  const sentence = () => {
    const most = largest ? format.exact(largest.events) : "";
    const day = largest ? format.day(largest.day) : "";
    const days = plural(total, { one: "One day", other: "# days" });
    return largest ? t`${days}, newest first; of those here ${day} has most events, ${most}.` : t`${days}.`;
  };
  return (
    <section role="group" aria-labelledby="days" className="flex flex-col gap-3">
      <header>
        <h2 id="days" className="text-xl font-semibold tracking-tight">{t`Days`}</h2>
        <p className="text-muted">{sentence()}</p>
      </header>
      <DataTable
        label={t`Days`}
        columns={columns}
        rows={list.rows}
        rowKey={(day) => day.day}
        sort={sort}
        onSort={setSort}
        total={total}
        onMore={list.more}
        isFetchingMore={list.isFetchingMore}
        isStale={list.answer.isStale}
      />
    </section>
  );
}
