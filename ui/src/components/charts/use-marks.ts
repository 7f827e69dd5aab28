import { type KeyboardEvent, useState } from "react";

/** A mark of a chart: its row (or series) and its column (or point). */
export interface Mark {
  row: number;
  column: number;
}

export interface MarksOptions {
  rows: number;
  /** How many marks a row has, or each row where they differ. */
  columns: number | ((row: number) => number);
  onOpen?: ((mark: Mark) => void) | undefined;
  /** The mark that a chart beside this one looks at. */
  shared?: { at: Mark | null; onAt: (mark: Mark | null) => void } | undefined;
}

/** What `useMarks()` returns, as a chart's frame takes it. */
export type Marks = ReturnType<typeof useMarks>;

/** The mark that is looked at, and the keys that move it: arrows, Home, End, Enter, Esc. */
export function useMarks({ rows, columns, onOpen, shared }: MarksOptions) {
  const [own, setOwn] = useState<Mark | null>(null);
  const at = shared ? shared.at : own;
  const setAt = shared ? shared.onAt : setOwn;
  const count = (row: number) => (typeof columns === "number" ? columns : columns(row));
  const onKeyDown = (event: KeyboardEvent) => {
    const { row, column } = at ?? { row: 0, column: event.key === "ArrowLeft" ? count(0) : -1 };
    const moves: Record<string, Mark> = {
      ArrowLeft: { row, column: column - 1 },
      ArrowRight: { row, column: column + 1 },
      ArrowUp: { row: row - 1, column: Math.max(0, column) },
      ArrowDown: { row: row + 1, column: Math.max(0, column) },
      Home: { row, column: 0 },
      End: { row, column: count(row) - 1 },
    };
    const to = moves[event.key];
    if (to) {
      const nextRow = clamp(to.row, rows);
      setAt({ row: nextRow, column: clamp(to.column, count(nextRow)) });
    } else if (event.key === "Enter" && at) onOpen?.(at);
    else if (event.key === "Escape" && at) setAt(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { at, setAt, onKeyDown, onOpen };
}

function clamp(place: number, count: number): number {
  return Math.max(0, Math.min(count - 1, place));
}
