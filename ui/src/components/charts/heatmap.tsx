import { type KeyboardEvent, useId, useState } from "react";
import { cn } from "@/lib/cn";

export interface HeatmapProps {
  /** A row for each name, from above. */
  rows: { name: string; title: string; values: (number | null)[] }[];
  /** The names of columns; those that are empty have no label. */
  columns: { label: string; title: string }[];
  /** What is counted. */
  unit: string;
  caption: string;
  format: (value: number) => string;
  onOpen?: (row: number, column: number) => void;
}

const STEPS = 7;

/** Returns the step of a value, linear from zero: 0 is nothing, 7 the largest. */
export function heatStep(value: number, largest: number): number {
  return value <= 0 || largest <= 0 ? 0 : Math.min(STEPS, Math.ceil((value / largest) * STEPS));
}

/** Figures by two things, as cells that are the darker the more there is. */
export function Heatmap({ rows, columns, unit, caption, format, onOpen }: HeatmapProps) {
  const [at, setAt] = useState<[number, number] | null>(null);
  const id = useId();
  const largest = Math.max(0, ...rows.flatMap((row) => row.values.map((value) => value ?? 0)));
  const press = (event: KeyboardEvent) => {
    const [row, column] = at ?? [0, -1];
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      Home: [row, 0],
      End: [row, columns.length - 1],
    };
    const to = moves[event.key];
    if (to) {
      const within = (place: number, count: number) => Math.min(count - 1, Math.max(0, place));
      setAt([within(to[0], rows.length), within(to[1], columns.length)]);
    } else if (event.key === "Enter" && at) onOpen?.(...at);
    else if (event.key === "Escape") setAt(null);
    else return;
    event.preventDefault();
  };
  const spoken = () => {
    const row = at && rows[at[0]];
    const column = at && columns[at[1]];
    if (!at || !row || !column) return "";
    const value = row.values[at[1]];
    return `${row.title}, ${column.title}: ${value == null ? "–" : `${format(value)} ${unit}`}`;
  };
  return (
    <div
      dir="ltr"
      role="figure"
      tabIndex={0}
      aria-labelledby={id}
      className="rounded-md"
      onKeyDown={press}
      onMouseLeave={() => setAt(null)}
    >
      <span id={id} className="sr-only">
        {caption}
      </span>
      <div
        className="grid gap-0.5"
        style={{ gridTemplateColumns: `2.5rem repeat(${columns.length}, minmax(0, 1fr))` }}
        aria-hidden="true"
      >
        {rows.map((row, rowPlace) => (
          <div key={row.name} className="contents">
            <span className="text-muted flex items-center text-xs">{row.name}</span>
            {row.values.map((value, column) => {
              const step = value === null ? 0 : heatStep(value, largest);
              const isAt = at?.[0] === rowPlace && at[1] === column;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the figure around it
                <div
                  key={columns[column]?.title ?? column}
                  onMouseEnter={() => setAt([rowPlace, column])}
                  onClick={() => onOpen?.(rowPlace, column)}
                  className={cn(
                    "h-7 rounded-[3px]",
                    step === 0 && "border-border border",
                    isAt && "outline-foreground outline-2",
                  )}
                  style={step > 0 ? { background: `var(--heat-${step})` } : undefined}
                />
              );
            })}
          </div>
        ))}
        <span />
        {columns.map((column) => (
          <span key={column.title} className="text-muted h-4 text-xs whitespace-nowrap">
            {column.label}
          </span>
        ))}
      </div>
      <p className="text-muted mt-1 h-4 text-xs" aria-live="polite">
        {spoken()}
      </p>
    </div>
  );
}
