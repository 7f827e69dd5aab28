import { useWidth } from "@/lib/use-size";
import { ChartFigure } from "./chart-figure";
import { seriesColour } from "./series";
import { clip } from "./text";
import type { Tip } from "./tooltip";
import { useMarks } from "./use-marks";

/** A thing with a number, or with several that are stacked. */
export interface BarRow {
  key: string;
  name: string;
  /** A part for each series; `null` is not known. */
  values: (number | null)[];
  /** After the number, in grey: a share, a change. */
  note?: string;
  /** Whether it stands for all that have no row of their own: grey. */
  isRest?: boolean;
}

export interface RowBarsProps {
  rows: BarRow[];
  /** What is counted, a name for each part of a row. */
  series: string[];
  caption: string;
  format: (value: number) => string;
  /** Opens the list behind a row, or a part of it. */
  onOpen?: ((row: number, series: number) => void) | undefined;
  /** The room for names. */
  nameWidth?: number;
  /** The upper end; the largest row where nothing is said. */
  max?: number;
}

const ROW = 30;
const BAR = 8;
const CHARACTER = 7.2;

/** Lying bars from zero with a name before and the number after each; the rows are drawn in their order. */
export function RowBars({ rows, series, caption, format, onOpen, ...props }: RowBarsProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  const marks = useMarks({
    rows: rows.length,
    columns: series.length,
    onOpen: onOpen && (({ row, column }) => onOpen(row, column)),
  });
  const sum = ({ values }: BarRow) => values.reduce<number>((all, value) => all + (value ?? 0), 0);
  const isKnown = ({ values }: BarRow) => values.some((value) => value !== null);
  const texts = rows.map((row) => (isKnown(row) ? format(sum(row)) : "–"));
  const notes = rows.map((row) => row.note ?? "");
  const widest = (list: string[]) => Math.max(0, ...list.map((text) => text.length)) * CHARACTER;
  const nameWidth = Math.min(props.nameWidth ?? 148, width * 0.4);
  const noteWidth = widest(notes) > 0 ? widest(notes) + 8 : 0;
  const end = widest(texts) + 12 + noteWidth;
  const room = Math.max(0, width - nameWidth - end - 12);
  const max = props.max ?? Math.max(0, ...rows.map(sum));
  const scale = (value: number) => (max > 0 ? (room * value) / max : 0);
  const { at } = marks;
  const tipOf = (row: BarRow): Tip => ({
    title: row.name,
    rows: [
      ...series.map((name, place) => ({
        name,
        value: row.values[place] == null ? "–" : format(row.values[place]),
        colour: series.length > 1 ? seriesColour(place) : undefined,
      })),
      ...(row.note ? [{ name: "", value: row.note }] : []),
    ],
  });
  const looked = at && rows[at.row];
  return (
    <ChartFigure
      box={box}
      width={width}
      height={rows.length * ROW}
      caption={caption}
      marks={marks}
      markAt={(left, top) => {
        const row = Math.floor(top / ROW);
        const values = rows[row]?.values;
        if (!values) return null;
        let from = nameWidth;
        const column = values.findIndex((value) => {
          from += scale(value ?? 0);
          return left <= from;
        });
        return { row, column: column === -1 ? series.length - 1 : column };
      }}
      tip={at && looked ? { tip: tipOf(looked), x: nameWidth + scale(sum(looked)), y: at.row * ROW } : null}
    >
      {rows.map((row, place) => {
        const middle = place * ROW + ROW / 2;
        let from = nameWidth;
        return (
          <g key={row.key}>
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
              {clip(row.name, (nameWidth - 8) / CHARACTER)}
            </text>
            <rect
              x={nameWidth}
              y={middle - BAR / 2}
              width={room}
              height={BAR}
              rx={BAR / 2}
              fill="var(--track)"
            />
            {row.values.map((value, part) => {
              const start = from;
              from += scale(value ?? 0);
              return (
                value !== null &&
                value > 0 && (
                  <rect
                    key={series[part]}
                    x={start}
                    y={middle - BAR / 2}
                    width={Math.max(2, from - start - (part < row.values.length - 1 ? 1 : 0))}
                    height={BAR}
                    rx={row.values.length === 1 ? BAR / 2 : 1}
                    fill={row.isRest ? "var(--compare)" : seriesColour(part)}
                  />
                )
              );
            })}
            <text
              x={width - noteWidth}
              y={middle}
              dy="0.32em"
              textAnchor="end"
              className="fill-foreground text-sm font-medium"
            >
              {texts[place]}
            </text>
            {row.note && (
              <text x={width} y={middle} dy="0.32em" textAnchor="end" className="fill-muted text-xs">
                {row.note}
              </text>
            )}
          </g>
        );
      })}
    </ChartFigure>
  );
}
