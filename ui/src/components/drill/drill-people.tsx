import { t } from "@lingui/core/macro";
import { useState } from "react";
import { withOwn } from "@/api/answers";
import type { AnswerOf } from "@/api/routes";
import { useRows } from "@/api/use-rows";
import { PageLink } from "@/components/layout/page-link";
import { pageOf } from "@/components/layout/pages";
import { PersonLink } from "@/components/links/person-link";
import type { Sort, TableColumn } from "@/components/table/columns";
import { DataTable } from "@/components/table/data-table";
import { buttonClass } from "@/components/ui/button";
import type { Drill } from "@/lib/drill";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { DrillFrame } from "./drill-frame";
import { drillScope, peopleOwn } from "./drill-scope";

type Person = AnswerOf<"users">["users"][number];

/** The people behind a mark. */
export function DrillPeople({ drill }: { drill: Drill }) {
  const format = useFormat();
  const [scope] = useScope();
  const [sort, setSort] = useState<Sort>({ by: "messages", order: "desc" });
  const asked = drillScope(scope, drill);
  const own = { active: "true", ...peopleOwn(drill), sort: sort.by, order: sort.order };
  const list = useRows("users", asked, own, {
    rows: (page) => page.users,
    total: (page) => page.total,
    size: 50,
  });
  const columns: TableColumn<Person>[] = [
    {
      id: "name",
      title: t`Name`,
      sort: "name",
      width: 176,
      cell: (row) => <PersonLink id={row.userId} name={row.displayName} />,
    },
    number("messages", t`Messages`, (row) => row.messageCount),
    number("reactions", t`Reactions`, (row) => row.reactions),
    number("files", t`Files`, (row) => row.files),
  ];
  function number(id: string, title: string, value: (row: Person) => number): TableColumn<Person> {
    return { id, title, sort: id, isNumber: true, width: 112, cell: (row) => format.exact(value(row)) };
  }
  const address = list.answer.asked.address;
  return (
    <DrillFrame
      answer={list.answer}
      count={list.total}
      unit={t`people`}
      files={{
        csv: withOwn(address, { format: "csv", limit: "10000" }),
        json: withOwn(address, { format: "json", limit: "10000" }),
      }}
      page={
        pageOf("/users") && (
          <PageLink
            to="/users"
            scope={{ ...asked, compare: scope.compare }}
            view={peopleOwn(drill)}
            className={buttonClass("primary")}
          >
            {t`Open as page`}
          </PageLink>
        )
      }
    >
      <DataTable
        layout="filling"
        label={t`People`}
        columns={columns}
        rows={list.rows}
        rowKey={(row) => row.userId}
        sort={sort}
        onSort={setSort}
        total={list.total ?? list.rows.length}
        onMore={list.more}
        isFetchingMore={list.isFetchingMore}
        isStale={list.answer.isStale}
      />
    </DrillFrame>
  );
}
