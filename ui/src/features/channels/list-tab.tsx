import { plural, t } from "@lingui/core/macro";
import { useMemo } from "react";
import { useAnswer } from "@/api/use-answer";
import { ColumnMenu } from "@/components/table/column-menu";
import { useColumns, useSort } from "@/components/table/columns";
import { DataTable } from "@/components/table/data-table";
import { TableFrame } from "@/components/table/table-frame";
import { Button } from "@/components/ui/button";
import { SearchInput } from "@/components/ui/search-input";
import { useAddress, useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { useChangeView } from "@/lib/view";
import { channelColumns, type ListedChannel } from "./channel-columns";
import { channelsQueries } from "./queries";
import { StateStrip } from "./state-strip";

/** Every channel with its figures, to sort and to narrow. All are here at once, and so sorted here. */
export function ListTab() {
  const [scope] = useScope();
  const format = useFormat();
  const address = useAddress();
  const change = useChangeView();
  const [sort, setSort] = useSort({ by: "messages", order: "desc" });
  const { state, search } = address;
  const own = { ...(state && { state }), ...(search && { search }) };
  const columnsAsked = address["cols"]?.split(",") ?? [];
  const list = useAnswer(channelsQueries.listed(scope, own, columnsAsked.includes("series")));
  const responses = useAnswer(channelsQueries.responses(scope));
  const rows = useMemo((): ListedChannel[] => {
    const byId = new Map(responses.data?.rows.map((row) => [row.key, row]));
    return (list.data?.channels ?? []).map((row) => ({ ...row, response: byId.get(row.channelId) }));
  }, [list.data, responses.data]);
  const asOf = list.data?.meta.asOf ?? "";
  const columns = useMemo(() => channelColumns(format, asOf), [format, asOf]);
  const [shown] = useColumns(columns);
  return (
    <>
      <StateStrip summary={list.data?.summary} />
      <TableFrame
        title={t`Channels`}
        answer={list}
        file={list.asked.address.replace(/&(include|groupBy|limit)=[^&]*/g, "")}
        metrics={["messages", "posters"]}
        tools={
          <SearchInput
            label={t`Search channels`}
            value={search ?? ""}
            onChange={(text) => change({ search: text }, { replace: true })}
          />
        }
        columns={<ColumnMenu columns={columns} />}
        count={plural(list.data?.total ?? 0, { one: "one channel", other: "# channels" })}
        empty={
          rows.length > 0 || list.isStale
            ? undefined
            : state || search
              ? {
                  title: t`No channel like this`,
                  text: t`No channel has everything that the list is narrowed by.`,
                  action: (
                    <Button onClick={() => change({ state: undefined, search: undefined })}>
                      {t`Show all channels`}
                    </Button>
                  ),
                }
              : { title: t`No channels yet`, text: t`They come with the first messages.` }
        }
      >
        <DataTable
          label={t`Channels`}
          columns={columns}
          shown={shown}
          rows={rows}
          rowKey={(row) => row.channelId}
          sort={sort}
          onSort={setSort}
          isSortedHere
          isStale={list.isStale}
        />
      </TableFrame>
    </>
  );
}
