import { t } from "@lingui/core/macro";
import type { QueryAnswer } from "@/api/answers";
import type { Answer } from "@/api/use-answer";
import { Change } from "@/components/card/change";
import { type TableColumn, useSort } from "@/components/table/columns";
import { DataTable } from "@/components/table/data-table";
import { useFormat } from "@/lib/use-format";
import type { Asking } from "./asking";
import { keyOf } from "./model";
import { MOST_ROWS, type Row } from "./queries";
import type { Words } from "./use-words";

/** All rows of the answer, and the whole span above them: totals are asked for by themselves, and not added up. */
export function RowsTable({
  asking,
  answer,
  words,
}: {
  asking: Asking;
  answer: Answer<QueryAnswer>;
  words: Words;
}) {
  const format = useFormat();
  const { metrics, dimensions, groupBy } = asking;
  const split = [...(groupBy ? ["time"] : []), ...dimensions];
  const [first = ""] = metrics;
  const [sort, setSort] = useSort(groupBy ? { by: "time", order: "asc" } : { by: first, order: "desc" });
  const { data } = answer;
  if (!data) return null;
  const number = (row: Row, dimension: string) => {
    const key = keyOf(row, dimension);
    return ["hourOfDay", "weekday", "hourOfWeek"].includes(dimension)
      ? Number(key)
      : words.keyOfRow(row, dimension);
  };
  const hasChange = data.meta.previousFrom != null;
  const columns: TableColumn<Row>[] = [
    ...split.map(
      (dimension, place): TableColumn<Row> => ({
        id: dimension,
        title: words.heading(dimension),
        cell: (row) =>
          keyOf(row, "time") === "" && dimension === "time" ? t`Whole span` : words.keyOfRow(row, dimension),
        value: (row) => (dimension === "time" ? keyOf(row, "time") : number(row, dimension)),
        ...(place > 0 && { card: "below" as const }),
      }),
    ),
    ...metrics.flatMap((metric, place): TableColumn<Row>[] => [
      {
        id: metric,
        title: words.metric(metric),
        isNumber: true,
        width: 136,
        cell: (row) => words.value(metric, row.values[metric]),
        value: (row) => row.values[metric] ?? null,
        ...(place < 2 && { card: "end" as const }),
      },
      ...(hasChange
        ? [
            {
              id: `change-${metric}`,
              title: t`Change`,
              isNumber: true,
              width: 104,
              cell: (row: Row) => (
                <Change percent={row.previous ? (row.changePercent?.[metric] ?? null) : undefined} />
              ),
              value: (row: Row) => row.changePercent?.[metric] ?? null,
            },
          ]
        : []),
    ]),
  ];
  const [shown, total] = [format.exact(data.rows.length), format.exact(data.total)];
  return (
    <>
      <dl className="mb-4 flex flex-wrap gap-x-8 gap-y-2">
        {metrics.map((metric) => (
          <div key={metric} className="flex flex-col-reverse">
            <dt className="text-muted text-xs">{words.metric(metric)}</dt>
            <dd className="flex items-baseline gap-2 text-xl font-semibold">
              {words.value(metric, data.totals.values[metric])}
              <Change
                percent={data.totals.previous ? (data.totals.changePercent?.[metric] ?? null) : undefined}
              />
            </dd>
          </div>
        ))}
      </dl>
      {split.length > 0 && (
        <div className="relative -mx-4 flex max-h-[36rem] min-h-0 flex-col overflow-hidden sm:-mx-6">
          <DataTable
            layout="filling"
            label={t`Rows`}
            columns={columns}
            rows={data.rows}
            rowKey={(row) => JSON.stringify(row.keys)}
            sort={sort}
            onSort={setSort}
            isSortedHere
            isStale={answer.isStale}
          />
        </div>
      )}
      {split.length > 0 && (
        <p className="text-muted mt-3 text-xs">
          {data.total > MOST_ROWS
            ? t`The first ${shown} of ${total} rows. A filter or a wider bucket brings the others in.`
            : t`${shown} rows; the numbers above are of the whole span, asked for by themselves.`}
        </p>
      )}
    </>
  );
}
