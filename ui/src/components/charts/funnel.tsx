import { useWidth } from "@/lib/use-size";
import { ChartFigure } from "./chart-figure";
import type { Tip } from "./tooltip";
import { useMarks } from "./use-marks";

/** A step of a funnel. */
interface FunnelStep {
  name: string;
  value: number;
  /** Under the bar of the step before: how many went on, and in which time. */
  passage?: string | undefined;
  /** After the number: how many were lost before it. */
  lost?: string | undefined;
  more?: Tip["rows"];
}

export interface FunnelProps {
  steps: FunnelStep[];
  unit: string;
  caption: string;
  format: (value: number) => string;
}

const BAR = 24;
const PASSAGE = 28;
const NUMBER = 56;

/** Steps under each other, each as long as those who came so far; dashes are those who were lost on the way. */
export function Funnel({ steps, unit, caption, format }: FunnelProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  const marks = useMarks({ rows: steps.length, columns: 1 });
  const isNarrow = width < 560;
  const top = isNarrow ? 20 : 0;
  const start = isNarrow ? 0 : 148;
  const end = isNarrow ? NUMBER : NUMBER + 150;
  const row = top + BAR + PASSAGE;
  const y = (place: number) => place * row + top;
  const largest = Math.max(1, ...steps.map((step) => step.value));
  const size = (value: number) => (Math.max(0, width - start - end) * value) / largest;
  const { at } = marks;
  const looked = at && steps[at.row];
  return (
    <ChartFigure
      box={box}
      width={width}
      height={Math.max(0, steps.length * row - PASSAGE)}
      caption={caption}
      marks={marks}
      tip={
        looked && at
          ? {
              tip: {
                title: looked.name,
                rows: [{ name: unit, value: format(looked.value) }, ...(looked.more ?? [])],
              },
              x: start + size(looked.value) / 2,
              y: y(at.row) + BAR,
            }
          : null
      }
      markAt={(_, above) => {
        const place = Math.floor(above / row);
        return steps[place] ? { row: place, column: 0 } : null;
      }}
    >
      {steps.map((step, place) => {
        const before = steps[place - 1]?.value ?? step.value;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
          <g key={place}>
            <text
              x={0}
              y={isNarrow ? y(place) - 6 : y(place) + BAR / 2}
              dy={isNarrow ? 0 : "0.32em"}
              className="fill-foreground text-xs font-semibold"
            >
              <tspan className="fill-muted font-normal">{place + 1}</tspan> {step.name}
            </text>
            <rect
              x={start}
              y={y(place)}
              width={size(largest)}
              height={BAR}
              rx={4}
              fill="var(--track)"
              opacity={0.5}
            />
            {before > step.value && (
              <rect
                x={start + 0.5}
                y={y(place) + 0.5}
                width={Math.max(0, size(before) - 1)}
                height={BAR - 1}
                rx={4}
                fill="none"
                stroke="var(--control)"
                strokeDasharray="3 3"
              />
            )}
            <rect
              x={start}
              y={y(place)}
              width={size(step.value)}
              height={BAR}
              rx={4}
              fill="var(--series-1)"
              opacity={at && at.row !== place ? 0.6 : 1}
            />
            <text
              x={start + size(largest) + 12}
              y={y(place) + BAR / 2}
              dy="0.32em"
              className="fill-foreground text-xs font-semibold"
            >
              {format(step.value)}
            </text>
            {!isNarrow && step.lost && (
              <text
                x={start + size(largest) + NUMBER + 4}
                y={y(place) + BAR / 2}
                dy="0.32em"
                className="fill-muted text-xs"
              >
                {step.lost}
              </text>
            )}
            {step.passage && (
              <text x={start} y={y(place) - top - PASSAGE / 2} dy="0.32em" className="fill-muted text-xs">
                ↓ {step.passage}
              </text>
            )}
          </g>
        );
      })}
    </ChartFigure>
  );
}
