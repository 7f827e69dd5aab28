import { t } from "@lingui/core/macro";
import { useState } from "react";
import { addressOf, type QueryAnswer, question } from "@/api/answers";
import { useAnswer } from "@/api/use-answer";
import { PageLink } from "@/components/layout/page-link";
import { pageOf } from "@/components/layout/pages";
import { ChannelLink } from "@/components/links/channel-link";
import type { Sort, TableColumn } from "@/components/table/columns";
import { DataTable } from "@/components/table/data-table";
import { buttonClass } from "@/components/ui/button";
import { channelTitle } from "@/lib/channel-title";
import type { Drill } from "@/lib/drill";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { DrillFrame } from "./drill-frame";
import { drillScope } from "./drill-scope";

type Row = NonNullable<QueryAnswer["rows"]>[number];

/** The channels behind a mark: those in which anybody wrote. */
export function DrillChannels({ drill }: { drill: Drill }) {
  const format = useFormat();
  const [scope] = useScope();
  const [sort, setSort] = useState<Sort>({ by: "messages", order: "desc" });
  const asked = drillScope(scope, drill);
  const answer = useAnswer(
    question(asked, { metrics: ["messages", "posters"], dimensions: ["channel"], limit: 10_000 }),
  );
  const id = (row: Row) => String(row.keys["channel"]);
  const name = (row: Row) => channelTitle(row.names?.["channel"] ?? id(row));
  const columns: TableColumn<Row>[] = [
    {
      id: "name",
      title: t`Channel`,
      value: name,
      cell: (row) => <ChannelLink id={id(row)} name={row.names?.["channel"]} />,
    },
    number("messages", t`Messages`),
    number("posters", t`People`),
  ];
  function number(metric: string, title: string): TableColumn<Row> {
    const value = (row: Row) => row.values[metric];
    return {
      id: metric,
      title,
      isNumber: true,
      value: (row) => value(row) ?? null,
      cell: (row) => format.exact(value(row) ?? 0),
    };
  }
  const file = (kind: string) =>
    addressOf("export", asked, { metrics: "messages,posters", dimensions: "channel", format: kind });
  const rows = (answer.data?.rows ?? []).filter((row) => (row.values["messages"] ?? 0) > 0);
  return (
    <DrillFrame
      answer={answer}
      count={answer.data && rows.length}
      unit={t`channels`}
      files={{ csv: file("csv"), json: file("json") }}
      page={
        pageOf("/channels") && (
          <PageLink
            to="/channels"
            scope={{ ...asked, compare: scope.compare }}
            view={{ tab: "list" }}
            className={buttonClass("primary")}
          >
            {t`Open as page`}
          </PageLink>
        )
      }
    >
      <DataTable
        layout="filling"
        label={t`Channels`}
        columns={columns}
        rows={rows}
        rowKey={id}
        sort={sort}
        onSort={setSort}
        isSortedHere
        isStale={answer.isStale}
      />
    </DrillFrame>
  );
}
