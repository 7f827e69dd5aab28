import { area, line } from "d3-shape";
import { type KeyboardEvent, type PointerEvent, useId, useState } from "react";
import { useWidth } from "@/lib/use-size";
import { timeLabels, valueAxis } from "./scale";

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
  /** The point that is looked at, shared by the charts of a card. */
  at?: number | null;
  onAt?: (place: number | null) => void;
  /** Opens what is behind a point. */
  onOpen?: (place: number) => void;
}

const MARGIN = { top: 8, end: 76, bottom: 24, start: 40 };
const LABEL_WIDTH = 72;

/** A line over time from zero, with the line that it is compared with. */
export function LineChart(props: LineChartProps) {
  const { points, name, previousName, caption, format, height = 150, isWithoutLabels, onOpen } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const [own, setOwn] = useState<number | null>(null);
  const at = props.at === undefined ? own : props.at;
  const setAt = props.onAt ?? setOwn;
  const id = useId();

  const end = width < 480 ? 12 : MARGIN.end;
  const bottom = isWithoutLabels ? 8 : MARGIN.bottom;
  const inner = { width: Math.max(0, width - MARGIN.start - end), height: height - MARGIN.top - bottom };
  const values = points.flatMap((point) => [point.value ?? 0, point.previous ?? 0]);
  const axis = valueAxis(Math.max(0, ...values), height < 120 ? 2 : 3);
  const x = (place: number) =>
    MARGIN.start + (points.length < 2 ? inner.width / 2 : (place * inner.width) / (points.length - 1));
  const y = (value: number) => MARGIN.top + inner.height * (1 - value / axis.max);

  const indexed = points.map((point, place) => ({ ...point, place }));
  const open = indexed.findIndex((point) => !point.isComplete);
  const closed = open === -1 ? indexed : indexed.slice(0, open);
  const dashed = open === -1 ? [] : indexed.slice(Math.max(0, open - 1));
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
  const looked = at === null ? undefined : points[at];

  const move = (event: PointerEvent<SVGSVGElement>) => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left - MARGIN.start;
    const place = Math.round((left / Math.max(1, inner.width)) * (points.length - 1));
    setAt(Math.min(points.length - 1, Math.max(0, place)));
  };
  const press = (event: KeyboardEvent) => {
    const from = at ?? points.length - 1;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: points.length - 1 }[event.key];
    if (to !== undefined) setAt(Math.min(points.length - 1, Math.max(0, to)));
    else if (event.key === "Enter" && at !== null) onOpen?.(at);
    else if (event.key === "Escape") setAt(null);
    else return;
    event.preventDefault();
  };
  const spoken =
    looked && [looked.title, looked.value === null ? "–" : `${format(looked.value)} ${name}`].join(", ");

  return (
    <div ref={box} className="relative" dir="ltr">
      <svg
        data-chart=""
        role="figure"
        tabIndex={0}
        aria-labelledby={id}
        width="100%"
        height={height}
        className="block overflow-visible rounded-md"
        onPointerMove={move}
        onPointerLeave={() => setAt(null)}
        onKeyDown={press}
        onClick={() => at !== null && onOpen?.(at)}
      >
        <title id={id}>{caption}</title>
        {axis.ticks.map((tick) => (
          <g key={tick}>
            <line
              x1={MARGIN.start}
              x2={MARGIN.start + inner.width}
              y1={y(tick)}
              y2={y(tick)}
              stroke={tick === 0 ? "var(--border)" : "var(--grid)"}
            />
            <text
              x={MARGIN.start - 8}
              y={y(tick)}
              dy="0.32em"
              textAnchor="end"
              className="fill-muted text-xs"
            >
              {format(tick)}
            </text>
          </g>
        ))}
        {!isWithoutLabels &&
          timeLabels(points.length, Math.floor(inner.width / LABEL_WIDTH)).map((place) => (
            <text
              key={place}
              x={x(place)}
              y={height - 4}
              textAnchor={place === points.length - 1 && end < 40 ? "end" : "middle"}
              className="fill-muted text-xs"
            >
              {points[place]?.label}
            </text>
          ))}
        {filled && <path d={filled} fill="var(--series-1)" opacity="var(--area-opacity)" />}
        <path
          d={path(indexed, (point) => point.previous)}
          fill="none"
          stroke="var(--compare)"
          strokeWidth={1.5}
          strokeDasharray="4 4"
        />
        <path
          d={path(closed, (point) => point.value)}
          fill="none"
          stroke="var(--series-1)"
          strokeWidth={2}
          strokeLinejoin="round"
          strokeLinecap="round"
        />
        <path
          d={path(dashed, (point) => point.value)}
          fill="none"
          stroke="var(--series-1)"
          strokeWidth={2}
          strokeDasharray="3 4"
        />
        {looked && at !== null && (
          <line x1={x(at)} x2={x(at)} y1={MARGIN.top} y2={y(0)} stroke="var(--control)" />
        )}
        {looked?.value != null && at !== null && (
          <circle
            cx={x(at)}
            cy={y(looked.value)}
            r={4}
            fill="var(--series-1)"
            stroke="var(--card)"
            strokeWidth={2}
          />
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
        {end > 40 && last?.value != null && (
          <EndLabels
            at={MARGIN.start + inner.width + 10}
            name={name}
            y={y(last.value)}
            {...(previousName &&
              lastPrevious?.previous != null && { previousName, previousY: y(lastPrevious.previous) })}
          />
        )}
      </svg>
      <p className="sr-only" aria-live="polite">
        {spoken}
      </p>
    </div>
  );
}

/** The names at the ends of lines, moved apart where they would touch. */
function EndLabels(props: {
  at: number;
  name: string;
  y: number;
  previousName?: string;
  previousY?: number;
}) {
  const { at, name, y, previousName, previousY } = props;
  const gap = previousY === undefined ? 0 : Math.max(0, 16 - Math.abs(previousY - y)) / 2;
  const sign = previousY !== undefined && previousY < y ? 1 : -1;
  return (
    <>
      <text x={at} y={y + sign * gap} dy="0.32em" className="fill-foreground text-xs font-semibold">
        {name}
      </text>
      {previousName !== undefined && previousY !== undefined && (
        <text x={at} y={previousY - sign * gap} dy="0.32em" className="fill-muted text-xs">
          {previousName}
        </text>
      )}
    </>
  );
}
