import { addDays, daysBetween, type PlainDate, weekday } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";
import { useWidth } from "@/lib/use-size";
import { ChartFigure } from "./chart-figure";
import { HeatLegend } from "./heat-legend";
import { heatStep } from "./scale";
import type { Tip } from "./tooltip";
import { useMarks } from "./use-marks";

/** A day of a calendar. */
export interface CalendarDay {
  date: PlainDate;
  /** `null` is not known. */
  value: number | null;
  /** More lines of its tooltip. */
  more?: Tip["rows"];
  /** A colour of its own instead of that of the value: a state. */
  colour?: string;
  /** A sign in the square, so that a state is not told by its colour alone. */
  sign?: string;
}

export interface CalendarProps {
  /** In order; days that are missing between them are left empty. */
  days: CalendarDay[];
  unit: string;
  caption: string;
  format: (value: number) => string;
  /** The day that weeks begin with: 0 is Monday. */
  weekStart?: number;
  onOpen?: ((date: PlainDate) => void) | undefined;
  /** Whether the scale stands below; not where days have colours of their own. */
  isWithoutLegend?: boolean;
}

const GAP = 2;
const TOP = 18;
const START = 32;
const LARGEST = 18;
const SMALLEST = 9;

/** A square for each day, a column for each week; of a longer time than there is room for, the latest weeks. */
export function Calendar({
  days,
  unit,
  caption,
  format,
  weekStart = 0,
  onOpen,
  isWithoutLegend,
}: CalendarProps) {
  const written = useFormat();
  const [box, width] = useWidth<HTMLDivElement>();
  const [first] = days;
  const last = days.at(-1);
  const row = (date: PlainDate) => (weekday(date) - weekStart + 7) % 7;
  const start = first && addDays(first.date, -row(first.date));
  const column = (date: PlainDate) => (start ? Math.floor(daysBetween(start, date) / 7) : 0);
  const all = last ? column(last.date) + 1 : 0;
  const room = Math.max(0, width - START);
  const fitting = Math.max(1, Math.floor(room / (SMALLEST + GAP)));
  const left = Math.max(0, all - fitting);
  const columns = Math.max(1, all - left);
  const size = Math.min(LARGEST, Math.max(SMALLEST, Math.floor(room / columns) - GAP));
  const shown = days.filter((day) => column(day.date) >= left);
  const largest = Math.max(0, ...shown.map((day) => day.value ?? 0));
  const x = (date: PlainDate) => START + (column(date) - left) * (size + GAP);
  const y = (date: PlainDate) => TOP + row(date) * (size + GAP);
  const byPlace = new Map(shown.map((day) => [`${row(day.date)} ${column(day.date) - left}`, day]));
  const dayAt = (mark: { row: number; column: number }) => byPlace.get(`${mark.row} ${mark.column}`);
  const marks = useMarks({
    rows: 7,
    columns,
    onOpen:
      onOpen &&
      ((mark) => {
        const day = dayAt(mark);
        if (day) onOpen(day.date);
      }),
  });
  const looked = marks.at && dayAt(marks.at);
  const months = shown.filter((day, place) => place === 0 || day.date.endsWith("-01"));
  return (
    <>
      <ChartFigure
        box={box}
        width={width}
        height={TOP + 7 * (size + GAP)}
        caption={caption}
        marks={marks}
        markAt={(atX, atY) => {
          const mark = {
            row: Math.floor((atY - TOP) / (size + GAP)),
            column: Math.floor((atX - START) / (size + GAP)),
          };
          return dayAt(mark) ? mark : null;
        }}
        tip={
          looked
            ? {
                x: x(looked.date) + size,
                y: y(looked.date) + size,
                tip: {
                  title: written.day(looked.date),
                  rows: [
                    { name: unit, value: looked.value === null ? "–" : format(looked.value) },
                    ...(looked.more ?? []),
                  ],
                },
              }
            : null
        }
      >
        {months.map((day, place) => {
          const next = months[place + 1];
          // A label needs three columns, or the next one writes over it.
          const hasRoom = !next || x(next.date) - x(day.date) >= 30;
          return (
            hasRoom && (
              <text key={day.date} x={x(day.date)} y={11} className="fill-muted text-xs">
                {written.shortMonth(day.date)}
              </text>
            )
          );
        })}
        {[0, 2, 4].map((day) => (
          <text
            key={day}
            x={0}
            y={TOP + ((day - weekStart + 7) % 7) * (size + GAP) + size / 2}
            dy="0.32em"
            className="fill-muted text-xs"
          >
            {written.weekday(day)}
          </text>
        ))}
        {shown.map((day) => {
          const step = day.value === null ? 0 : heatStep(day.value, largest);
          const fill = day.colour ?? (step > 0 ? `var(--heat-${step})` : "transparent");
          const isLooked = day === looked;
          return (
            <g key={day.date}>
              <rect
                x={x(day.date) + 0.5}
                y={y(day.date) + 0.5}
                width={size - 1}
                height={size - 1}
                rx={2.5}
                fill={fill}
                stroke={isLooked ? "var(--foreground)" : fill === "transparent" ? "var(--border)" : "none"}
                strokeWidth={isLooked ? 1.5 : 1}
              />
              {(day.sign ?? (day.value === null ? "·" : undefined)) && (
                <text
                  x={x(day.date) + size / 2}
                  y={y(day.date) + size / 2}
                  dy="0.34em"
                  textAnchor="middle"
                  className="fill-muted text-xs"
                >
                  {day.sign ?? "·"}
                </text>
              )}
            </g>
          );
        })}
      </ChartFigure>
      {!isWithoutLegend && <HeatLegend largest={format(largest)} unit={unit} />}
    </>
  );
}
