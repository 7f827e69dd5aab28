import { timeLabels, type ValueAxis, valueAxis } from "./scale";

/** The room around the marks of a chart, in pixels. */
export interface Margin {
  top: number;
  end: number;
  bottom: number;
  start: number;
}

const DIGIT = 7.2;

/** Returns the room that the numbers of an axis of values need before the chart. */
export function valueRoom(axis: ValueAxis, format: (value: number) => string): number {
  return Math.max(40, 12 + DIGIT * Math.max(...axis.ticks.map((tick) => format(tick).length)));
}

/** Returns the room that charts under each other need, so that they share their axis of time. */
export function sharedRoom(series: (number | null)[][], format: (value: number) => string): number {
  const rooms = series.map((values) =>
    valueRoom(valueAxis(Math.max(0, ...values.map((value) => value ?? 0))), format),
  );
  return Math.max(0, ...rooms);
}

/** The width that a label of an axis of time needs. */
const LABEL = 72;

interface ValueGridProps {
  axis: ValueAxis;
  /** From where to where the lines go. */
  from: number;
  to: number;
  y: (value: number) => number;
  format: (value: number) => string;
}

/** Faint lines at round values with their numbers; the zero line is stronger. */
export function ValueGrid({ axis, from, to, y, format }: ValueGridProps) {
  return axis.ticks.map((tick) => (
    <g key={tick}>
      <line
        x1={from}
        x2={to}
        y1={y(tick)}
        y2={y(tick)}
        stroke={tick === 0 ? "var(--border)" : "var(--grid)"}
      />
      <text x={from - 8} y={y(tick)} dy="0.32em" textAnchor="end" className="fill-muted text-xs">
        {format(tick)}
      </text>
    </g>
  ));
}

interface TimeAxisProps {
  labels: string[];
  x: (place: number) => number;
  y: number;
  /** The room for all labels. */
  width: number;
  /** Whether the last label must not go beyond its mark. */
  isTight: boolean;
}

/** The names of points under a chart: as many as there is room for, the last one always. */
export function TimeAxis({ labels, x, y, width, isTight }: TimeAxisProps) {
  return timeLabels(labels.length, Math.floor(width / LABEL)).map((place) => (
    <text
      key={place}
      x={x(place)}
      y={y}
      textAnchor={
        isTight && place === labels.length - 1 ? "end" : isTight && place === 0 ? "start" : "middle"
      }
      className="fill-muted text-xs"
    >
      {labels[place]}
    </text>
  ));
}
