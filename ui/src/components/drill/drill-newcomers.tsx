import { t } from "@lingui/core/macro";
import { withOwn } from "@/api/answers";
import type { AnswerOf } from "@/api/routes";
import { useRows } from "@/api/use-rows";
import { ChannelLink } from "@/components/links/channel-link";
import { PersonLink } from "@/components/links/person-link";
import type { TableColumn } from "@/components/table/columns";
import { DataTable } from "@/components/table/data-table";
import type { Drill } from "@/lib/drill";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { DrillFrame } from "./drill-frame";
import { drillScope } from "./drill-scope";

type Row = AnswerOf<"newcomers">["newcomers"][number];

const GIVEN = { by: "", order: "desc" } as const;

/** People who signed up in the span, and whether anybody answered them. */
export function DrillNewcomers({ drill }: { drill: Drill }) {
  const format = useFormat();
  const [scope] = useScope();
  const state = drill.own?.["state"];
  const list = useRows(
    "newcomers",
    drillScope(scope, drill),
    { state },
    {
      rows: (page) => page.newcomers,
      total: (page) => page.total,
      size: 50,
    },
  );
  const asOf = list.answer.data?.meta.asOf ?? "";
  const states: Record<string, string> = {
    waiting: t`waits`,
    unanswered: t`was not answered`,
    answered: t`was answered`,
    silent: t`wrote nothing`,
  };
  const columns: TableColumn<Row>[] = [
    {
      id: "name",
      title: t`Name`,
      width: 144,
      cell: (row) => <PersonLink id={row.userId} name={row.name} />,
    },
    { id: "state", title: t`State`, width: 136, cell: (row) => states[row.state] ?? row.state },
    {
      id: "where",
      title: t`First message`,
      width: 144,
      cell: (row) => (row.channelId ? <ChannelLink id={row.channelId} name={row.channelName} /> : "–"),
    },
    { id: "joined", title: t`Joined`, width: 88, cell: (row) => format.last(row.joinedAt, asOf) },
  ];
  const file = (kind: string) => withOwn(list.answer.asked.address, { format: kind, limit: "1000" });
  return (
    <DrillFrame
      answer={list.answer}
      count={list.total}
      unit={t`newcomers`}
      files={{ csv: file("csv"), json: file("json") }}
    >
      <DataTable
        layout="filling"
        label={t`Newcomers`}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => row.userId}
        sort={GIVEN}
        onSort={() => undefined}
        total={list.total ?? list.rows.length}
        onMore={list.more}
        isFetchingMore={list.isFetchingMore}
        isStale={list.answer.isStale}
      />
    </DrillFrame>
  );
}
