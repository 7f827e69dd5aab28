import { useWidth } from "@/lib/use-size";
import { ChartFigure } from "./chart-figure";
import { HeatLegend } from "./heat-legend";
import { heatInk, heatStep } from "./scale";
import type { Tip } from "./tooltip";
import { useMarks } from "./use-marks";

export interface HeatmapProps {
  /** A row for each name, from above; `null` is what is not known. */
  rows: { name: string; title: string; values: (number | null)[] }[];
  /** The names of columns; those that are empty have no label. */
  columns: { label: string; title: string }[];
  /** What is counted. */
  unit: string;
  caption: string;
  format: (value: number) => string;
  /** Opens the list behind a cell. */
  onOpen?: ((row: number, column: number) => void) | undefined;
  /** The height of a cell. */
  cell?: number;
  /** The width of the names of rows. */
  nameWidth?: number;
  /** The cell that the caption names. */
  peak?: { row: number; column: number } | undefined;
  /** More lines of the tooltip of a cell. */
  more?: (row: number, column: number) => Tip["rows"];
  /** The largest value of the scale; that of the cells where nothing is said. */
  max?: number;
  /** Whether each row has a scale of its own, so that its rhythm is seen. */
  isScaledByRow?: boolean;
  /** The column that is not over. */
  openColumn?: number | undefined;
}

const GAP = 2;
const AXIS = 20;
/** From this width and height on, a cell has room for its number. */
const ROOM = 28;

/** Figures by two things, as cells that are the darker the more there is; linear from zero. */
export function Heatmap(props: HeatmapProps) {
  const { rows, columns, unit, caption, format, onOpen, cell = 28, nameWidth = 36, peak, more } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const marks = useMarks({
    rows: rows.length,
    columns: columns.length,
    onOpen: onOpen && (({ row, column }) => onOpen(row, column)),
  });
  const largest = props.max ?? Math.max(0, ...rows.flatMap((row) => row.values.map((value) => value ?? 0)));
  const step = Math.max(1, (width - nameWidth) / Math.max(1, columns.length));
  const x = (column: number) => nameWidth + column * step;
  const y = (row: number) => row * (cell + GAP);
  const height = rows.length * (cell + GAP) + AXIS;
  const { at } = marks;
  const tip = at && tipAt(at.row, at.column);
  function tipAt(row: number, column: number): Tip {
    const value = rows[row]?.values[column];
    return {
      title: `${rows[row]?.title ?? ""}, ${columns[column]?.title ?? ""}`,
      rows: [{ name: unit, value: value == null ? "–" : format(value) }, ...(more?.(row, column) ?? [])],
    };
  }
  return (
    <>
      <ChartFigure
        box={box}
        width={width}
        height={height}
        caption={caption}
        tip={tip && at ? { tip, x: x(at.column) + step, y: y(at.row) + cell } : null}
        marks={marks}
        markAt={(left, top) => {
          const column = Math.floor((left - nameWidth) / step);
          const row = Math.floor(top / (cell + GAP));
          return columns[column] && rows[row] ? { row, column } : null;
        }}
      >
        {rows.map((row, rowPlace) => (
          <g key={row.title}>
            <text x={0} y={y(rowPlace) + cell / 2} dy="0.32em" className="fill-muted text-xs">
              {row.name}
            </text>
            {row.values.map((value, column) => (
              <Cell
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place
                key={column}
                value={value}
                largest={props.isScaledByRow ? Math.max(0, ...row.values.map((one) => one ?? 0)) : largest}
                isOpen={column === props.openColumn}
                x={x(column)}
                y={y(rowPlace)}
                width={step - GAP}
                height={cell}
                format={format}
                isRinged={
                  (at?.row === rowPlace && at.column === column) ||
                  (peak?.row === rowPlace && peak.column === column)
                }
              />
            ))}
          </g>
        ))}
        {columns.map(
          ({ label, title }, column) =>
            label && (
              <text key={title} x={x(column)} y={height - 4} className="fill-muted text-xs">
                {label}
              </text>
            ),
        )}
      </ChartFigure>
      {!props.isScaledByRow && <HeatLegend largest={format(largest)} unit={unit} />}
    </>
  );
}

interface CellProps {
  value: number | null;
  largest: number;
  x: number;
  y: number;
  width: number;
  height: number;
  format: (value: number) => string;
  isRinged: boolean;
  /** Whether its time is not over, which its dashes say. */
  isOpen: boolean;
}

function Cell({ value, largest, x, y, width, height, format, isRinged, isOpen }: CellProps) {
  const step = value === null ? 0 : heatStep(value, largest);
  const text = value === null ? "·" : format(value);
  const hasText =
    value === null || (step > 0 && width >= ROOM && height >= ROOM - 4 && text.length * 7 < width);
  return (
    <g>
      <rect
        x={x}
        y={y}
        width={Math.max(0, width)}
        height={height}
        rx={3}
        fill={step > 0 ? `var(--heat-${step})` : "transparent"}
        stroke={
          isRinged ? "var(--foreground)" : isOpen ? "var(--control)" : step === 0 ? "var(--border)" : "none"
        }
        strokeWidth={isRinged ? 1.5 : 1}
        strokeDasharray={isOpen && !isRinged ? "3 2" : undefined}
      />
      {hasText && (
        <text
          x={x + width / 2}
          y={y + height / 2}
          dy="0.32em"
          textAnchor="middle"
          fill={heatInk(step)}
          className="text-xs"
        >
          {text}
        </text>
      )}
    </g>
  );
}
