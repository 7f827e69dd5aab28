import { t } from "@lingui/core/macro";
import { MessageCircleQuestionMark } from "lucide-react";
import { withOwn } from "@/api/answers";
import type { AnswerOf } from "@/api/routes";
import { useRows } from "@/api/use-rows";
import { ChannelLink } from "@/components/links/channel-link";
import { PersonLink } from "@/components/links/person-link";
import type { TableColumn } from "@/components/table/columns";
import { DataTable } from "@/components/table/data-table";
import { Badge } from "@/components/ui/badge";
import type { Drill } from "@/lib/drill";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { DrillFrame } from "./drill-frame";
import { drillScope } from "./drill-scope";

type Row = AnswerOf<"unanswered">["unanswered"][number];

/** The order of the API: newcomers first, then by how long they wait. */
const GIVEN = { by: "", order: "desc" } as const;

/** Messages that nobody answered. */
export function DrillUnanswered({ drill }: { drill: Drill }) {
  const format = useFormat();
  const [scope] = useScope();
  const list = useRows(
    "unanswered",
    drillScope(scope, drill),
    {},
    {
      rows: (page) => page.unanswered,
      total: (page) => page.total,
      size: 50,
    },
  );
  const asOf = list.answer.data?.meta.asOf ?? "";
  const columns: TableColumn<Row>[] = [
    {
      id: "who",
      title: t`Who`,
      width: 168,
      cell: (row) => (
        <>
          <PersonLink id={row.authorId ?? ""} name={row.authorName} />{" "}
          {row.isNewcomer && <Badge look="primary">{t`new`}</Badge>}
          {row.isQuestion && (
            <MessageCircleQuestionMark aria-label={t`a question`} className="text-muted inline size-4" />
          )}
        </>
      ),
    },
    {
      id: "where",
      title: t`Where`,
      width: 144,
      cell: (row) => row.channelId && <ChannelLink id={row.channelId} name={row.channelName} />,
    },
    { id: "asked", title: t`Asked`, width: 88, cell: (row) => format.last(row.askedAt, asOf) },
    {
      id: "waits",
      title: t`Waits`,
      isNumber: true,
      width: 120,
      cell: (row) => format.duration(row.waitSeconds),
    },
  ];
  const file = (kind: string) => withOwn(list.answer.asked.address, { format: kind, limit: "1000" });
  return (
    <DrillFrame
      answer={list.answer}
      count={list.total}
      unit={t`messages without an answer`}
      files={{ csv: file("csv"), json: file("json") }}
    >
      <DataTable
        layout="filling"
        label={t`Messages without an answer`}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => row.messageId ?? `${row.channelId} ${row.askedAt}`}
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
