import { plural, t } from "@lingui/core/macro";
import { type Curve, Curves } from "@/components/charts/curves";
import { LineChart } from "@/components/charts/line-chart";
import { useFormat } from "@/lib/use-format";
import { type ChartProps, useRowDrill } from "./chart";
import { keyOf, pivot } from "./model";
import type { Row } from "./queries";

/** Series with a line of their own. */
const MOST = 5;

/** Values over time: one line with the span before, or one for each metric, or for each of the largest keys. */
export function Lines({ asking, data, words, caption }: ChartProps) {
  const format = useFormat();
  const open = useRowDrill(data);
  const { metrics, dimensions } = asking;
  const [metric = ""] = metrics;
  const [dimension] = dimensions;
  if (dimension) {
    const { columns, series, others, rest } = pivot(
      data.rows,
      metric,
      dimension,
      "time",
      MOST,
      words.adds(metric),
    );
    const curves: Curve[] = series.map(({ key, name, values }, place) => ({
      name: words.key(dimension, key, name),
      values,
      ...(place === 0 && { look: "main" as const }),
    }));
    if (rest)
      curves.push({
        name: plural(others, { one: "# other", other: "# others" }),
        values: rest,
        look: "context",
      });
    const find = (curve: number, place: number) =>
      data.rows.find(
        (row) => keyOf(row, dimension) === series[curve]?.key && keyOf(row, "time") === columns[place],
      );
    return (
      <>
        <Curves
          curves={curves}
          labels={columns.map((column) => ({
            label: words.key("time", column, undefined, true),
            title: words.key("time", column),
          }))}
          caption={caption}
          format={format.figure}
          height={320}
          onOpen={(curve, place) => open(find(curve, place), metric)}
        />
        {rest && <p className="text-muted mt-2 text-xs">{t`The grey line is all others together.`}</p>}
      </>
    );
  }
  if (metrics.length > 1)
    return (
      <Curves
        curves={metrics.map((name) => ({
          name: words.metric(name),
          values: data.rows.map((row) => row.values[name] ?? null),
        }))}
        labels={data.rows.map(labels)}
        caption={caption}
        format={format.figure}
        height={320}
        onOpen={(curve, place) => open(data.rows[place], metrics[curve] ?? "")}
      />
    );
  function labels(row: Row) {
    const key = keyOf(row, "time");
    return { label: words.key("time", key, undefined, true), title: words.key("time", key) };
  }
  return (
    <LineChart
      name={words.metric(metric).toLowerCase()}
      previousName={t`before`}
      caption={caption}
      format={format.figure}
      height={320}
      points={data.rows.map((row) => ({
        ...labels(row),
        value: row.values[metric] ?? null,
        previous: row.previous?.[metric] ?? null,
        isComplete: row.bucket?.complete ?? true,
      }))}
      onOpen={(place) => open(data.rows[place], metric)}
    />
  );
}
