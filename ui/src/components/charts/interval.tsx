import { scaleLinear, scaleLog } from "d3-scale";
import { useWidth } from "@/lib/use-size";
import { ChartFigure } from "./chart-figure";
import { clip } from "./text";
import { useMarks } from "./use-marks";

export interface IntervalProps {
  rows: {
    key: string;
    name: string;
    /** Under the name: "19 of 30". */
    note?: string;
    low: number | null;
    mid: number | null;
    high: number | null;
  }[];
  /** How the three are called: "half within", "median", "nine of ten within". */
  names: { low: string; mid: string; high: string };
  caption: string;
  format: (value: number) => string;
  /** The ends of the scale; a `log` one must begin above zero. */
  domain: [number, number];
  scale?: "linear" | "log";
  /** Where the scale has numbers. */
  ticks: number[];
  onOpen?: ((row: number) => void) | undefined;
  nameWidth?: number;
}

const ROW = 40;
const AXIS = 24;
const CHARACTER = 7.2;

/** From where to where something lies, with a point for the middle of it. */
export function Interval({ rows, names, caption, format, domain, ticks, onOpen, ...props }: IntervalProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  const marks = useMarks({ rows: rows.length, columns: 1, onOpen: onOpen && (({ row }) => onOpen(row)) });
  const write = (value: number | null) => (value === null ? "–" : format(value));
  const nameWidth = Math.min(props.nameWidth ?? 132, width * 0.35);
  const end = Math.max(0, ...rows.map((row) => write(row.mid).length)) * CHARACTER + 16;
  const range: [number, number] = [nameWidth, Math.max(nameWidth, width - end)];
  const scale = (props.scale === "log" ? scaleLog() : scaleLinear()).domain(domain).range(range).clamp(true);
  const x = (value: number) => scale(Math.max(value, domain[0]));
  const height = rows.length * ROW + AXIS;
  const { at } = marks;
  const looked = at && rows[at.row];
  return (
    <ChartFigure
      box={box}
      width={width}
      height={height}
      caption={caption}
      marks={marks}
      markAt={(_, top) => {
        const row = Math.floor(top / ROW);
        return rows[row] ? { row, column: 0 } : null;
      }}
      tip={
        at && looked
          ? {
              x: x(looked.high ?? looked.mid ?? domain[0]),
              y: at.row * ROW,
              tip: {
                title: looked.name,
                rows: [
                  { name: names.mid, value: write(looked.mid), colour: "var(--series-1)" },
                  { name: names.low, value: write(looked.low) },
                  { name: names.high, value: write(looked.high) },
                ],
              },
            }
          : null
      }
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={x(tick)} x2={x(tick)} y1={0} y2={rows.length * ROW} stroke="var(--grid)" />
          <text x={x(tick)} y={height - 6} textAnchor="middle" className="fill-muted text-xs">
            {format(tick)}
          </text>
        </g>
      ))}
      {rows.map(({ key, name, note, low, mid, high }, place) => {
        const middle = place * ROW + ROW / 2;
        return (
          <g key={key}>
            <text
              x={0}
              y={note ? middle - 8 : middle}
              dy="0.32em"
              className="fill-foreground text-xs font-semibold"
            >
              {clip(name, (nameWidth - 8) / CHARACTER)}
            </text>
            {note && (
              <text x={0} y={middle + 8} dy="0.32em" className="fill-muted text-xs">
                {note}
              </text>
            )}
            <rect
              x={nameWidth}
              y={middle - 5}
              width={Math.max(0, range[1] - range[0])}
              height={10}
              rx={5}
              fill={at?.row === place ? "var(--track)" : "var(--subtle)"}
            />
            {low !== null && high !== null && (
              <rect
                x={x(low)}
                y={middle - 5}
                width={Math.max(2, x(high) - x(low))}
                height={10}
                rx={5}
                fill="var(--series-1)"
                opacity={0.35}
              />
            )}
            {mid !== null && (
              <circle
                cx={x(mid)}
                cy={middle}
                r={5}
                fill="var(--series-1)"
                stroke="var(--card)"
                strokeWidth={2}
              />
            )}
            <text
              x={width}
              y={middle}
              dy="0.32em"
              textAnchor="end"
              className="fill-foreground text-xs font-semibold"
            >
              {write(mid)}
            </text>
          </g>
        );
      })}
    </ChartFigure>
  );
}
