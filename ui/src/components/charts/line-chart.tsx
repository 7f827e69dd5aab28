import { t } from "@lingui/core/macro";
import { area, line } from "d3-shape";
import { useChartHeight } from "@/components/card/card-context";
import { useFormat } from "@/lib/use-format";
import { useWidth } from "@/lib/use-size";
import { type Margin, TimeAxis, ValueGrid, valueRoom } from "./axis";
import { ChartFigure } from "./chart-figure";
import { CrossLine } from "./crosshair";
import { EndLabels } from "./end-labels";
import { type Flag, Flags } from "./flags";
import { valueAxis } from "./scale";
import type { Tip } from "./tooltip";
import { useBrush } from "./use-brush";
import { type Mark, useMarks } from "./use-marks";

/** One bucket of time of a line. */
export interface LinePoint {
  /** The name under the axis. */
  label: string;
  /** The whole name, as it is read aloud. */
  title: string;
  /** `null` where it is not known. */
  value: number | null;
  /** The bucket that it is compared with. */
  previous?: number | null;
  /** Which bucket that is, as it is read aloud. */
  previousTitle?: string | undefined;
  /** Whether the bucket is over. */
  isComplete: boolean;
}

export interface LineChartProps {
  points: LinePoint[];
  /** What is counted: the name at the end of the line. */
  name: string;
  /** The name of the line that it is compared with. */
  previousName?: string;
  /** The takeaway, read as the chart's text. */
  caption: string;
  format: (value: number) => string;
  height?: number;
  /** Leaves out the labels of the axis of time, where another chart below has them. */
  isWithoutLabels?: boolean;
  /** The room for the numbers of values, from `sharedRoom()`, where charts share their axis of time. */
  axisWidth?: number;
  /** The point that is looked at, shared by charts under each other. */
  shared?: { at: Mark | null; onAt: (mark: Mark | null) => void };
  /** Opens the list behind a point. */
  onOpen?: ((place: number) => void) | undefined;
  /** Called with the first and the last point of a stretch that was dragged over. */
  onBrush?: ((first: number, last: number) => void) | undefined;
  /** What happened, above the points. */
  flags?: Flag[];
  /** The sum of the values, of which the tooltip tells the share; only for values that add up. */
  total?: number;
  /** A line across, that values are held against. */
  threshold?: { value: number; name: string };
}

/** A line over time from zero, with the line that it is compared with; what is not over is dashed. */
export function LineChart(props: LineChartProps) {
  const { points, name, previousName, caption, format, isWithoutLabels = false, shared, onOpen } = props;
  const { onBrush, flags = [], total, threshold } = props;
  const height = useChartHeight(props.height ?? 150);
  const [box, width] = useWidth<HTMLDivElement>();
  const written = useFormat();
  const marks = useMarks({
    rows: 1,
    columns: points.length,
    onOpen: onOpen && (({ column }) => onOpen(column)),
    shared,
  });
  const values = points.flatMap((point) => [point.value ?? 0, point.previous ?? 0]);
  const axis = valueAxis(Math.max(threshold?.value ?? 0, ...values), height < 120 ? 2 : 3);
  const margin: Margin = {
    top: flags.length > 0 ? 26 : 8,
    end: width < 480 ? 12 : 80,
    bottom: isWithoutLabels ? 8 : 24,
    start: props.axisWidth ?? valueRoom(axis, format),
  };
  const inner = {
    width: Math.max(0, width - margin.start - margin.end),
    height: Math.max(0, height - margin.top - margin.bottom),
  };
  const x = (place: number) =>
    margin.start + (points.length < 2 ? inner.width / 2 : (place * inner.width) / (points.length - 1));
  const y = (value: number) => margin.top + inner.height * (1 - value / axis.max);
  const placeAt = (left: number) => {
    const place = Math.round(((left - margin.start) / Math.max(1, inner.width)) * (points.length - 1));
    return Math.min(points.length - 1, Math.max(0, place));
  };

  const indexed = points.map((point, place) => ({ ...point, place }));
  const first = indexed.findIndex((point) => point.isComplete);
  const final = indexed.findLastIndex((point) => point.isComplete);
  const closed = first === -1 ? [] : indexed.slice(first, final + 1);
  // The span may begin and end within a bucket; of none that is over, all are dashed.
  const dashed = first === -1 ? [indexed] : [indexed.slice(0, first + 1), indexed.slice(final)];
  type Indexed = (typeof indexed)[number];
  const path = (of: Indexed[], value: (point: Indexed) => number | null | undefined) =>
    line<Indexed>()
      .defined((point) => value(point) != null)
      .x((point) => x(point.place))
      .y((point) => y(value(point) ?? 0))(of) ?? "";
  const filled = area<Indexed>()
    .defined((point) => point.value != null)
    .x((point) => x(point.place))
    .y0(y(0))
    .y1((point) => y(point.value ?? 0))(closed);
  const last = indexed.findLast((point) => point.value != null);
  const lastPrevious = indexed.findLast((point) => point.previous != null);
  const at = marks.at?.column;
  const looked = at === undefined ? undefined : points[at];

  const tipOf = (point: LinePoint): Tip => {
    const { value, previous, previousTitle } = point;
    const number = (known: number | null | undefined) => (known == null ? "–" : format(known));
    const rows: Tip["rows"] = [{ name, value: number(value), colour: "var(--series-1)" }];
    if (previousName !== undefined && previous !== undefined) {
      rows.push({ name: previousTitle ?? previousName, value: number(previous), colour: "var(--compare)" });
      if (value !== null && previous !== null && point.isComplete) {
        const percent = (100 * (value - previous)) / previous;
        rows.push({ name: t`Change`, value: previous === 0 ? t`new` : written.percent(percent, true) });
      }
    }
    if (total && value !== null) rows.push({ name: t`Share`, value: written.percent((100 * value) / total) });
    const flag = flags.find((one) => one.place === at);
    if (flag) rows.push({ name: flag.title, value: "⚑" });
    const isCut = at === 0 && points.length > 1;
    const title = isCut ? t`${point.title}, in part` : t`${point.title}, so far`;
    return { title: point.isComplete ? point.title : title, rows };
  };

  const { stretch, pointer } = useBrush(onBrush && ((left, right) => onBrush(placeAt(left), placeAt(right))));

  return (
    <ChartFigure
      box={box}
      width={width}
      height={height}
      caption={caption}
      marks={stretch ? { ...marks, onOpen: undefined } : marks}
      markAt={(left) => (points.length === 0 ? null : { row: 0, column: placeAt(left) })}
      tip={looked && at !== undefined && !stretch ? { tip: tipOf(looked), x: x(at), y: margin.top } : null}
      {...(pointer && { pointer })}
    >
      <ValueGrid axis={axis} from={margin.start} to={margin.start + inner.width} y={y} format={format} />
      {!isWithoutLabels && (
        <TimeAxis
          labels={points.map((point) => point.label)}
          x={x}
          y={height - 4}
          width={inner.width}
          isTight={margin.end < 40}
        />
      )}
      <Flags flags={flags} x={x} top={margin.top} bottom={y(0)} width={margin.start + inner.width} />
      {filled && <path d={filled} fill="var(--series-1)" opacity="var(--area-opacity)" />}
      {threshold && (
        <line
          x1={margin.start}
          x2={margin.start + inner.width}
          y1={y(threshold.value)}
          y2={y(threshold.value)}
          stroke="var(--warn)"
          strokeWidth={1.5}
          strokeDasharray="2 3"
        />
      )}
      <g fill="none" strokeLinejoin="round">
        <path
          d={path(indexed, (point) => point.previous)}
          stroke="var(--compare)"
          strokeWidth={1.5}
          strokeDasharray="4 4"
        />
        <path
          d={path(closed, (point) => point.value)}
          stroke="var(--series-1)"
          strokeWidth={2}
          strokeLinecap="round"
        />
        {dashed.map((part, end) => (
          <path
            // biome-ignore lint/suspicious/noArrayIndexKey: the part is the one at this end
            key={end}
            d={part.length > 1 ? path(part, (point) => point.value) : ""}
            stroke="var(--series-1)"
            strokeWidth={2}
            strokeDasharray="3 4"
          />
        ))}
      </g>
      {stretch && (
        <rect
          data-no-export=""
          x={Math.min(stretch.from, stretch.to)}
          y={margin.top}
          width={Math.abs(stretch.to - stretch.from)}
          height={inner.height}
          fill="var(--primary)"
          opacity={0.12}
        />
      )}
      <CrossLine titles={points.map(({ title }) => title)} at={at} x={x} top={margin.top} bottom={y(0)} />
      {looked && at !== undefined && (
        <g data-no-export="">
          <line x1={x(at)} x2={x(at)} y1={margin.top} y2={y(0)} stroke="var(--control)" />
          {looked.previous != null && <Dot x={x(at)} y={y(looked.previous)} colour="var(--compare)" />}
          {looked.value !== null && <Dot x={x(at)} y={y(looked.value)} colour="var(--series-1)" />}
        </g>
      )}
      {last?.value != null && !last.isComplete && (
        <circle
          cx={x(last.place)}
          cy={y(last.value)}
          r={3.5}
          fill="var(--card)"
          stroke="var(--series-1)"
          strokeWidth={2}
        />
      )}
      {points.length === 1 && (
        <>
          {lastPrevious?.previous != null && (
            <Dot x={x(0)} y={y(lastPrevious.previous)} colour="var(--compare)" />
          )}
          {last?.value != null && <Dot x={x(0)} y={y(last.value)} colour="var(--series-1)" />}
        </>
      )}
      {margin.end > 40 && last?.value != null && (
        <EndLabels
          x={margin.start + inner.width + 10}
          labels={[
            { text: name, y: y(last.value), isMain: true },
            ...(previousName !== undefined && lastPrevious?.previous != null
              ? [{ text: previousName, y: y(lastPrevious.previous) }]
              : []),
          ]}
        />
      )}
    </ChartFigure>
  );
}

function Dot({ x, y, colour }: { x: number; y: number; colour: string }) {
  return <circle cx={x} cy={y} r={4} fill={colour} stroke="var(--card)" strokeWidth={2} />;
}
