import { t } from "@lingui/core/macro";
import { useChartHeight } from "@/components/card/card-context";
import { useWidth } from "@/lib/use-size";
import { TimeAxis, ValueGrid, valueRoom } from "./axis";
import { ChartFigure } from "./chart-figure";
import { CrossLine } from "./crosshair";
import { signedAxis } from "./scale";
import { seriesColour } from "./series";
import type { Tip } from "./tooltip";
import { useMarks } from "./use-marks";

/** One of the things that are stacked. */
export interface BarSeries {
  name: string;
  /** By column; those below zero stand under the line. `null` is not known. */
  values: (number | null)[];
  /** Of the palette; its place in the list where nothing is said. */
  colour?: string;
}

export interface BarColumn {
  label: string;
  title: string;
  isComplete?: boolean;
  /** Whether the span begins within it: then it counts less than a list of all of it has, and opens none. */
  isCut?: boolean;
}

export interface BarsProps {
  columns: BarColumn[];
  series: BarSeries[];
  caption: string;
  format: (value: number) => string;
  height?: number;
  /** `touching` bars are those of a histogram. */
  spacing?: "apart" | "touching";
  /** Opens the list behind a part of a bar. */
  onOpen?: ((series: number, column: number) => void) | undefined;
}

const MARGIN = { top: 8, end: 8, bottom: 24 };
const WIDEST = 48;

/** Upright bars from zero, stacked where there are several series; what is not over is outlined. */
export function Bars({ columns, series, caption, format, onOpen, spacing = "apart", ...props }: BarsProps) {
  const height = useChartHeight(props.height ?? 220);
  const [box, width] = useWidth<HTMLDivElement>();
  const marks = useMarks({
    rows: series.length,
    columns: columns.length,
    onOpen:
      onOpen &&
      (({ row, column }) => {
        if (!columns[column]?.isCut) onOpen(row, column);
      }),
  });
  const sum = (column: number, isBelow: boolean) =>
    series.reduce((all, { values }) => {
      const value = values[column] ?? 0;
      return value < 0 === isBelow ? all + value : all;
    }, 0);
  const places = columns.map((_, column) => column);
  const axis = signedAxis(
    Math.min(0, ...places.map((column) => sum(column, true))),
    Math.max(0, ...places.map((column) => sum(column, false))),
    3,
  );
  const start = valueRoom(axis, format);
  const inner = {
    width: Math.max(0, width - start - MARGIN.end),
    height: height - MARGIN.top - MARGIN.bottom,
  };
  const step = inner.width / Math.max(1, columns.length);
  const bar = spacing === "touching" ? Math.max(1, step - 1) : Math.max(1, Math.min(WIDEST, step * 0.7));
  const x = (column: number) => start + (column + 0.5) * step;
  const y = (value: number) => MARGIN.top + (inner.height * (axis.max - value)) / (axis.max - axis.min);
  const colourOf = (place: number) => series[place]?.colour ?? seriesColour(place);
  /** Where a part begins: after those before it on its side of zero. */
  const base = (row: number, column: number) => {
    const isBelow = (series[row]?.values[column] ?? 0) < 0;
    return series.slice(0, row).reduce((all, { values }) => {
      const value = values[column] ?? 0;
      return value < 0 === isBelow ? all + value : all;
    }, 0);
  };
  const { at } = marks;
  const tipOf = (column: number): Tip => {
    const rows = series.map(({ name, values }, place) => ({
      name,
      value: values[column] == null ? "–" : format(Math.abs(values[column])),
      colour: series.length > 1 ? colourOf(place) : undefined,
    }));
    const looked = at && rows[at.row];
    const { title = "", isCut, isComplete } = columns[column] ?? {};
    const whole = isComplete === false ? t`${title}, so far` : title;
    return {
      title: isCut ? t`${title}, in part` : whole,
      rows: looked ? [looked, ...rows.filter((row) => row !== looked)] : rows,
    };
  };
  return (
    <>
      {series.length > 1 && <Legend series={series} colourOf={colourOf} />}
      <ChartFigure
        box={box}
        width={width}
        height={height}
        caption={caption}
        marks={marks}
        markAt={(left, top) => {
          const column = Math.floor((left - start) / step);
          if (!columns[column]) return null;
          const row = series.findIndex(({ values }, place) => {
            const from = y(base(place, column));
            const to = y(base(place, column) + (values[column] ?? 0));
            return top >= Math.min(from, to) && top <= Math.max(from, to);
          });
          return { row: Math.max(0, row), column };
        }}
        canOpen={at !== null && !columns[at.column]?.isCut}
        tip={at ? { tip: tipOf(at.column), x: x(at.column) + bar / 2, y: MARGIN.top } : null}
      >
        <ValueGrid
          axis={axis}
          from={start}
          to={width - MARGIN.end}
          y={y}
          format={(value) => format(Math.abs(value))}
        />
        <TimeAxis
          labels={columns.map(({ label }) => label)}
          x={x}
          y={height - 4}
          width={inner.width}
          isTight={false}
        />
        <CrossLine
          titles={columns.map(({ title }) => title)}
          at={at?.column}
          x={x}
          top={MARGIN.top}
          bottom={MARGIN.top + inner.height}
        />
        {at && (
          <rect
            data-no-export=""
            x={start + at.column * step}
            y={MARGIN.top}
            width={step}
            height={inner.height}
            fill="var(--subtle)"
          />
        )}
        {columns.map((column, place) =>
          series.map(({ name, values }, row) => {
            const value = values[place] ?? 0;
            if (value === 0) return null;
            const [from, to] = [y(base(row, place)), y(base(row, place) + value)];
            const isOpen = column.isComplete === false;
            return (
              <rect
                key={`${column.title} ${name}`}
                x={x(place) - bar / 2}
                y={Math.min(from, to)}
                width={bar}
                // A line of the surface between parts that lie on each other.
                height={Math.max(1, Math.abs(from - to) - (series.length > 1 ? 1 : 0))}
                rx={Math.min(2, bar / 4)}
                fill={isOpen ? "var(--primary-soft)" : colourOf(row)}
                stroke={isOpen ? colourOf(row) : "none"}
                strokeDasharray={isOpen ? "3 3" : undefined}
              />
            );
          }),
        )}
        {axis.min < 0 && (
          <line x1={start} x2={width - MARGIN.end} y1={y(0)} y2={y(0)} stroke="var(--control)" />
        )}
      </ChartFigure>
    </>
  );
}

/** The names of stacked parts; bars have no ends to stand at. */
function Legend({ series, colourOf }: { series: BarSeries[]; colourOf: (place: number) => string }) {
  return (
    <ul aria-hidden="true" className="text-muted mb-2 flex flex-wrap gap-x-4 gap-y-1 text-xs">
      {series.map(({ name }, place) => (
        <li key={name} className="flex items-center gap-1.5">
          <span className="size-2.5 rounded-xs" style={{ background: colourOf(place) }} />
          {name}
        </li>
      ))}
    </ul>
  );
}
