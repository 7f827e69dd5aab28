import { t } from "@lingui/core/macro";
import { Heatmap } from "@/components/charts/heatmap";
import { useFormat } from "@/lib/use-format";
import { type ChartProps, useRowDrill } from "./chart";
import { keyOf, pivot, weekOf } from "./model";

/** Rows of a heat map of two dimensions. */
const MOST = 20;

/** Values by two things: a week by hour, or one dimension over another or over time. */
export function Heat({ asking, data, words, caption }: ChartProps) {
  const format = useFormat();
  const open = useRowDrill(data);
  const [metric = ""] = asking.metrics;
  const [down = "", other] = asking.dimensions;
  const isWeek =
    down === "hourOfWeek" || ["hourOfDay", "weekday"].every((name) => asking.dimensions.includes(name));
  const unit = words.metric(metric).toLowerCase();
  if (isWeek && !asking.groupBy) {
    const hour = (at: number) => `${String(at).padStart(2, "0")}:00`;
    return (
      <Heatmap
        rows={weekOf(data.rows, metric).map((values, day) => ({
          name: format.weekday(day),
          title: format.weekday(day, "long"),
          values,
        }))}
        columns={Array.from({ length: 24 }, (_, at) => ({
          label: at % 3 === 0 ? hour(at).slice(0, 2) : "",
          title: hour(at),
        }))}
        unit={unit}
        caption={caption}
        format={format.exact}
      />
    );
  }
  const across = asking.groupBy ? "time" : (other ?? "");
  const { columns, series, others } = pivot(data.rows, metric, down, across, MOST, words.adds(metric));
  const step = Math.max(1, Math.ceil(columns.length / 8));
  const count = format.exact(others);
  const nameOf = new Map(data.rows.map((row) => [keyOf(row, across), row.names?.[across]]));
  return (
    <>
      <Heatmap
        rows={series.map(({ key, name, values }) => {
          const title = words.key(down, key, name);
          return { name: title.length > 18 ? `${title.slice(0, 17)}…` : title, title, values };
        })}
        columns={columns.map((column, place) => ({
          label: place % step === 0 ? words.key(across, column, nameOf.get(column), true).slice(0, 12) : "",
          title: words.key(across, column, nameOf.get(column)),
        }))}
        unit={unit}
        caption={caption}
        format={format.exact}
        cell={24}
        nameWidth={132}
        onOpen={(row, column) =>
          open(
            data.rows.find(
              (one) => keyOf(one, down) === series[row]?.key && keyOf(one, across) === columns[column],
            ),
            metric,
          )
        }
      />
      {others > 0 && <p className="text-muted mt-2 text-xs">{t`${count} more are in the table.`}</p>}
    </>
  );
}
