import { area, line } from "d3-shape";
import { useWidth } from "@/lib/use-size";

export interface SparklineProps {
  values: (number | null)[];
  /** Whether the last bucket is not over. */
  isOpen: boolean;
  height?: number;
}

/** A small line without axes, from zero. It repeats what the figure beside it says, and is not read aloud. */
export function Sparkline({ values, isOpen, height = 40 }: SparklineProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  const largest = Math.max(1, ...values.map((value) => value ?? 0));
  const room = Math.max(0, width - 6);
  const x = (place: number) => (values.length < 2 ? room / 2 : (place * room) / (values.length - 1));
  const y = (value: number) => 3 + (height - 4) * (1 - value / largest);
  const points = values.map((value, place) => ({ value, place }));
  const closed = isOpen ? points.slice(0, -1) : points;
  const dashed = isOpen ? points.slice(-2) : [];
  type Point = (typeof points)[number];
  const path = line<Point>()
    .defined((point) => point.value !== null)
    .x((point) => x(point.place))
    .y((point) => y(point.value ?? 0));
  const filled = area<Point>()
    .defined((point) => point.value !== null)
    .x((point) => x(point.place))
    .y0(height - 1)
    .y1((point) => y(point.value ?? 0));
  const last = points.at(-1);
  return (
    <div ref={box} className="mt-3" dir="ltr" aria-hidden="true">
      <svg aria-hidden="true" width="100%" height={height} className="block overflow-visible">
        <path d={filled(closed) ?? ""} fill="var(--series-1)" opacity="var(--area-opacity)" />
        <path
          d={path(closed) ?? ""}
          fill="none"
          stroke="var(--series-1)"
          strokeWidth={1.5}
          strokeLinejoin="round"
        />
        <path
          d={path(dashed) ?? ""}
          fill="none"
          stroke="var(--series-1)"
          strokeWidth={1.5}
          strokeDasharray="2 3"
        />
        {!isOpen && points.length === 1 && last?.value != null && (
          <circle cx={x(0)} cy={y(last.value)} r={3} fill="var(--series-1)" />
        )}
        {isOpen && last?.value != null && (
          <circle
            cx={x(last.place)}
            cy={y(last.value)}
            r={3}
            fill="var(--card)"
            stroke="var(--series-1)"
            strokeWidth={1.5}
          />
        )}
      </svg>
    </div>
  );
}
