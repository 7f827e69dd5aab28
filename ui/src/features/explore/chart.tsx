import { t } from "@lingui/core/macro";
import type { QueryAnswer } from "@/api/answers";
import { Bars } from "@/components/charts/bars";
import { RowBars } from "@/components/charts/row-bars";
import { useDrill } from "@/lib/drill";
import { useFormat } from "@/lib/use-format";
import type { Asking } from "./asking";
import { Heat } from "./heat";
import { Lines } from "./lines";
import { type ChartKind, keyOf } from "./model";
import type { Row } from "./queries";
import { rowDrill } from "./row-drill";
import type { Words } from "./use-words";

export interface ChartProps {
  kind: ChartKind;
  asking: Asking;
  data: QueryAnswer;
  words: Words;
  caption: string;
}

/** Bars of one dimension that are drawn; the table has all of them. */
const MOST_BARS = 24;
const ORDERED = ["hourOfDay", "weekday"];

/** Returns how to open the list behind a value, where there is one. */
export function useRowDrill(data: QueryAnswer) {
  const [, drill] = useDrill();
  return (row: Row | undefined, metric: string) => {
    const list = row && rowDrill(row, metric, data.meta);
    if (list) drill(list);
  };
}

/** The answer as a chart. */
export function Chart(props: ChartProps) {
  if (props.kind === "line") return <Lines {...props} />;
  if (props.kind === "heat") return <Heat {...props} />;
  return <BarChart {...props} />;
}

function BarChart({ asking, data, words, caption }: ChartProps) {
  const format = useFormat();
  const open = useRowDrill(data);
  const { metrics } = asking;
  const [dimension = "time"] = asking.dimensions;
  const isUpright = dimension === "time" || ORDERED.includes(dimension);
  const rows = isUpright
    ? [...data.rows].sort((one, other) =>
        dimension === "time" ? 0 : Number(keyOf(one, dimension)) - Number(keyOf(other, dimension)),
      )
    : data.rows.slice(0, MOST_BARS);
  // Parts of one bar add up: only one metric is drawn, and the table has the others.
  const [metric = ""] = metrics;
  if (isUpright)
    return (
      <Bars
        columns={rows.map((row) => {
          const key = keyOf(row, dimension);
          return {
            label: words.key(dimension, key, undefined, true),
            title: words.key(dimension, key),
            isComplete: row.bucket?.complete ?? true,
          };
        })}
        series={[{ name: words.metric(metric), values: rows.map((row) => row.values[metric] ?? null) }]}
        caption={caption}
        format={format.figure}
        height={300}
        onOpen={(_, column) => open(rows[column], metric)}
      />
    );
  const left = data.total - rows.length;
  const count = format.exact(left);
  return (
    <>
      <RowBars
        rows={rows.map((row) => ({
          key: keyOf(row, dimension),
          name: words.keyOfRow(row, dimension),
          values: [row.values[metric] ?? null],
        }))}
        series={[words.metric(metric)]}
        caption={caption}
        format={(value) => words.value(metric, value)}
        onOpen={(row) => open(rows[row], metric)}
      />
      {left > 0 && <p className="text-muted mt-3 text-xs">{t`${count} more are in the table.`}</p>}
    </>
  );
}
