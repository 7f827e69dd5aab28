import { line } from "d3-shape";
import { useChartHeight } from "@/components/card/card-context";
import { useWidth } from "@/lib/use-size";
import { TimeAxis, ValueGrid, valueRoom } from "./axis";
import { ChartFigure } from "./chart-figure";
import { CrossLine } from "./crosshair";
import { EndLabels } from "./end-labels";
import { valueAxis } from "./scale";
import { DASHES, seriesColour } from "./series";
import { useMarks } from "./use-marks";

/** One of several lines. */
export interface Curve {
  name: string;
  /** In the order of the labels; `null` where it is not known. */
  values: (number | null)[];
  /** `main` is the line the chart is about, `context` is grey and has no name; else it has a colour of its own. */
  look?: "main" | "context";
}

export interface CurvesProps {
  /** At most five with a colour; what is more belongs into one that is called Other. */
  curves: Curve[];
  /** The names of points: a short one under the axis, a whole one in words. */
  labels: { label: string; title: string }[];
  caption: string;
  format: (value: number) => string;
  height?: number;
  /** The upper end of the axis, as 100 for shares; that of the values where nothing is said. */
  max?: number;
  onOpen?: ((curve: number, place: number) => void) | undefined;
}

const MARGIN = { top: 8, bottom: 24 };

/** Several lines over the same points. Each has its name at its end, a dash and a colour. */
export function Curves({ curves, labels, caption, format, onOpen, ...props }: CurvesProps) {
  const height = useChartHeight(props.height ?? 240);
  const [box, width] = useWidth<HTMLDivElement>();
  const named = curves.filter((curve) => curve.look !== "context");
  const marks = useMarks({
    rows: named.length,
    columns: labels.length,
    onOpen: onOpen && (({ row, column }) => onOpen(curves.indexOf(named[row] as Curve), column)),
  });
  const longest = Math.max(0, ...named.map((curve) => curve.name.length));
  const end = Math.min(width * 0.3, 24 + longest * 7);
  const values = curves.flatMap((curve) => curve.values.map((value) => value ?? 0));
  const axis =
    props.max === undefined
      ? valueAxis(Math.max(0, ...values), 4)
      : { max: props.max, ticks: [0, 0.25, 0.5, 0.75, 1].map((part) => part * (props.max ?? 0)) };
  const start = valueRoom(axis, format);
  const inner = {
    width: Math.max(0, width - start - end),
    height: height - MARGIN.top - MARGIN.bottom,
  };
  const { max } = axis;
  const x = (place: number) =>
    start + (labels.length < 2 ? inner.width / 2 : (place * inner.width) / (labels.length - 1));
  const y = (value: number) => MARGIN.top + inner.height * (1 - value / max);
  const colourOf = (curve: Curve) =>
    curve.look === "context"
      ? "var(--compare)"
      : seriesColour(
          curve.look === "main" ? 0 : named.filter((one) => one.look !== "main").indexOf(curve) + 1,
        );
  const dashOf = (curve: Curve) =>
    curve.look ? undefined : DASHES[named.filter((one) => one.look !== "main").indexOf(curve) + 1];
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, place) => x(place))
    .y((value) => y(value ?? 0));
  const lastOf = (curve: Curve) => curve.values.findLastIndex((value) => value !== null);
  const ends = named.flatMap((curve) => {
    const place = lastOf(curve);
    const last = curve.values[place];
    const isMain = curve.look === "main";
    return last == null ? [] : [{ text: curve.name, y: y(last), colour: colourOf(curve), isMain, place }];
  });
  const { at } = marks;
  const valueAt = (curve: Curve | undefined, place: number) => curve?.values[place] ?? null;
  const write = (value: number | null) => (value === null ? "–" : format(value));
  const looked = at && named[at.row];
  return (
    <ChartFigure
      box={box}
      width={width}
      height={height}
      caption={caption}
      marks={marks}
      markAt={(left, top) => {
        const column = Math.round(((left - start) / Math.max(1, inner.width)) * (labels.length - 1));
        const place = Math.min(labels.length - 1, Math.max(0, column));
        const distance = (curve: Curve) => {
          const value = valueAt(curve, place);
          return value === null ? Number.POSITIVE_INFINITY : Math.abs(y(value) - top);
        };
        const row = named.reduce((best, curve, one) => {
          const current = named[best];
          return current && distance(curve) < distance(current) ? one : best;
        }, 0);
        return named.length === 0 ? null : { row, column: place };
      }}
      tip={
        at && looked
          ? {
              x: x(at.column),
              y: MARGIN.top,
              tip: {
                title: labels[at.column]?.title ?? "",
                // The line that is looked at first: it is the one that is read aloud first.
                rows: [looked, ...named.filter((curve) => curve !== looked)].map((curve) => ({
                  name: curve.name,
                  value: write(valueAt(curve, at.column)),
                  colour: colourOf(curve),
                })),
              },
            }
          : null
      }
    >
      <ValueGrid axis={axis} from={start} to={start + inner.width} y={y} format={format} />
      <TimeAxis
        labels={labels.map(({ label }) => label)}
        x={x}
        y={height - 4}
        width={inner.width}
        isTight={end < 40}
      />
      <CrossLine
        titles={labels.map(({ title }) => title)}
        at={at?.column}
        x={x}
        top={MARGIN.top}
        bottom={y(0)}
      />
      {[...curves].sort(byLook).map((curve) => (
        <path
          key={curve.name}
          d={path(curve.values) ?? ""}
          fill="none"
          stroke={colourOf(curve)}
          strokeWidth={curve.look === "context" ? 1 : curve.look === "main" ? 2.5 : 2}
          strokeDasharray={dashOf(curve)}
          strokeLinejoin="round"
          opacity={curve.look === "context" ? 0.45 : 1}
        />
      ))}
      {at && looked && (
        <g data-no-export="">
          <line x1={x(at.column)} x2={x(at.column)} y1={MARGIN.top} y2={y(0)} stroke="var(--control)" />
          {valueAt(looked, at.column) !== null && (
            <circle
              cx={x(at.column)}
              cy={y(valueAt(looked, at.column) ?? 0)}
              r={4}
              fill={colourOf(looked)}
              stroke="var(--card)"
              strokeWidth={2}
            />
          )}
        </g>
      )}
      {/* Lines that end at one point share a column of names. */}
      {[...new Set(ends.map(({ place }) => place))].map((place) => (
        <EndLabels key={place} x={x(place)} labels={ends.filter((end) => end.place === place)} />
      ))}
    </ChartFigure>
  );
}

/** Context behind, the main line in front. */
function byLook(one: Curve, other: Curve): number {
  const rank = (curve: Curve) => (curve.look === "context" ? 0 : curve.look === "main" ? 2 : 1);
  return rank(one) - rank(other);
}
