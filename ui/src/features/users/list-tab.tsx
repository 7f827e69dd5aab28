import { plural, t } from "@lingui/core/macro";
import { useMemo } from "react";
import { addressOf } from "@/api/answers";
import { useRows } from "@/api/use-rows";
import { ColumnMenu } from "@/components/table/column-menu";
import { useColumns, useSort } from "@/components/table/columns";
import { DataTable } from "@/components/table/data-table";
import { TableFrame } from "@/components/table/table-frame";
import { Button } from "@/components/ui/button";
import { ChoiceMenu } from "@/components/ui/choice-menu";
import { SearchInput } from "@/components/ui/search-input";
import { useAddress, useScope } from "@/lib/scope";
import { trendGrain } from "@/lib/trend-grain";
import { useFormat } from "@/lib/use-format";
import { useChangeView } from "@/lib/view";
import { levelNames, lifecycleNames, peopleColumns, roleNames } from "./people-columns";
import { PeopleStrip } from "./people-strip";

/** What narrows the list, beside the scope. */
const FILTERS = ["search", "level", "role", "lifecycle", "active"] as const;

/** Everybody with what they did, to sort and to narrow. */
export function ListTab() {
  const [scope] = useScope();
  const format = useFormat();
  const address = useAddress();
  const change = useChangeView();
  const [sort, setSort] = useSort({ by: "engagement", order: "desc" });
  const filters = Object.fromEntries(FILTERS.map((name) => [name, address[name] || undefined]));
  const isNarrowed = FILTERS.some((name) => filters[name] !== undefined);
  const own = { ...filters, sort: sort.by, order: sort.order };
  const asked = { ...scope, groupBy: scope.groupBy ?? trendGrain(scope) };
  const list = useRows(
    "users",
    asked,
    { ...own, include: "series" },
    { rows: (page) => page.users, total: (page) => page.total, size: 100 },
  );
  const asOf = list.answer.data?.meta.asOf ?? "";
  const columns = useMemo(() => peopleColumns(format, asOf), [format, asOf]);
  const [shown] = useColumns(columns);
  const clear = () => change(Object.fromEntries(FILTERS.map((name) => [name, undefined])));
  const total = list.total ?? 0;
  const choice = (name: string, label: string, names: Record<string, string>) => (
    <ChoiceMenu
      label={label}
      value={address[name] || undefined}
      options={Object.entries(names).map(([value, title]) => ({ value, title }))}
      onChange={(value) => change({ [name]: value })}
    />
  );
  return (
    <>
      <PeopleStrip summary={list.answer.data?.summary} />
      <TableFrame
        title={t`People`}
        answer={list.answer}
        file={addressOf("users", scope, own)}
        metrics={["engagementRaw", "messages", "activeUsers"]}
        tools={
          <>
            <SearchInput
              label={t`Search people`}
              value={address["search"] ?? ""}
              onChange={(search) => change({ search }, { replace: true })}
            />
            {choice("level", t`Level`, levelNames())}
            {choice("role", t`Role`, roleNames())}
            {choice("lifecycle", t`Since before`, lifecycleNames())}
          </>
        }
        columns={<ColumnMenu columns={columns} />}
        count={plural(total, { one: "one person", other: "# people" })}
        footnote={<span>{t`0–30 is low, 31–60 medium, 61–100 high; a low score is not a fault`}</span>}
        empty={
          total > 0 || list.answer.isStale
            ? undefined
            : isNarrowed
              ? {
                  title: t`Nobody like this`,
                  text: t`Nobody in this time has everything that the list is narrowed by.`,
                  action: <Button onClick={clear}>{t`Show everybody`}</Button>,
                }
              : {
                  title: t`Nobody was active in this time`,
                  text: t`A longer period may have people.`,
                }
        }
      >
        <DataTable
          label={t`People`}
          columns={columns}
          shown={shown}
          rows={list.rows}
          rowKey={(row) => row.userId}
          sort={sort}
          onSort={setSort}
          total={total}
          onMore={list.more}
          isFetchingMore={list.isFetchingMore}
          isStale={list.answer.isStale}
        />
      </TableFrame>
    </>
  );
}
