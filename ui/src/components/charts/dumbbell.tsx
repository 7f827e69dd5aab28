import { t } from "@lingui/core/macro";
import { useFormat } from "@/lib/use-format";
import { useWidth } from "@/lib/use-size";
import { ChartFigure } from "./chart-figure";
import { valueAxis } from "./scale";
import { clip } from "./text";
import type { Tip } from "./tooltip";
import { useMarks } from "./use-marks";

export interface DumbbellProps {
  rows: { key: string; name: string; before: number | null; now: number | null }[];
  /** What is counted. */
  unit: string;
  caption: string;
  format: (value: number) => string;
  onOpen?: ((row: number) => void) | undefined;
  nameWidth?: number;
}

const ROW = 30;
const AXIS = 24;
const CHARACTER = 7.2;

/** Before and now of several things on one scale from zero: a ring, a line, a dot; the number of now at the end. */
export function Dumbbell({ rows, unit, caption, format, onOpen, ...props }: DumbbellProps) {
  const written = useFormat();
  const [box, width] = useWidth<HTMLDivElement>();
  const marks = useMarks({ rows: rows.length, columns: 1, onOpen: onOpen && (({ row }) => onOpen(row)) });
  const axis = valueAxis(Math.max(0, ...rows.flatMap((row) => [row.before ?? 0, row.now ?? 0])), 4);
  const write = (value: number | null) => (value === null ? "–" : format(value));
  const nameWidth = Math.min(props.nameWidth ?? 148, width * 0.4);
  const end = Math.max(0, ...rows.map((row) => write(row.now).length)) * CHARACTER + 16;
  const room = Math.max(0, width - nameWidth - end);
  const x = (value: number) => nameWidth + (room * value) / axis.max;
  const height = rows.length * ROW + AXIS;
  const { at } = marks;
  const looked = at && rows[at.row];
  const tipOf = ({ name, before, now }: DumbbellProps["rows"][number]): Tip => {
    const isCompared = now !== null && before !== null && now !== before;
    const change =
      isCompared && (before === 0 ? t`new` : written.percent((100 * (now - before)) / before, true));
    return {
      title: name,
      rows: [
        { name: unit, value: write(now), colour: "var(--series-1)" },
        { name: t`before`, value: write(before), colour: "var(--compare)" },
        ...(change ? [{ name: t`Change`, value: change }] : []),
      ],
    };
  };
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
          ? { tip: tipOf(looked), x: x(Math.max(looked.now ?? 0, looked.before ?? 0)), y: at.row * ROW }
          : null
      }
    >
      {axis.ticks.map((tick) => (
        <g key={tick}>
          <line
            x1={x(tick)}
            x2={x(tick)}
            y1={0}
            y2={rows.length * ROW}
            stroke={tick === 0 ? "var(--border)" : "var(--grid)"}
          />
          <text x={x(tick)} y={height - 6} textAnchor="middle" className="fill-muted text-xs">
            {format(tick)}
          </text>
        </g>
      ))}
      {rows.map(({ key, name, before, now }, place) => {
        const middle = place * ROW + ROW / 2;
        return (
          <g key={key}>
            {at?.row === place && (
              <rect
                data-no-export=""
                x={-6}
                y={place * ROW + 1}
                width={width + 12}
                height={ROW - 2}
                rx={6}
                fill="var(--subtle)"
              />
            )}
            <text x={0} y={middle} dy="0.32em" className="fill-foreground text-sm">
              {clip(name, (nameWidth - 8) / CHARACTER)}
            </text>
            {before !== null && now !== null && (
              <line
                x1={x(before)}
                x2={x(now)}
                y1={middle}
                y2={middle}
                stroke="var(--compare)"
                strokeWidth={2}
                opacity={0.5}
              />
            )}
            {before !== null && (
              <circle
                cx={x(before)}
                cy={middle}
                r={4.5}
                fill="var(--card)"
                stroke="var(--compare)"
                strokeWidth={2}
              />
            )}
            {now !== null && <circle cx={x(now)} cy={middle} r={5} fill="var(--series-1)" />}
            <text
              x={width}
              y={middle}
              dy="0.32em"
              textAnchor="end"
              className="fill-foreground text-sm font-medium"
            >
              {write(now)}
            </text>
          </g>
        );
      })}
    </ChartFigure>
  );
}
