import { type KeyboardEvent, useRef } from "react";
import { cn } from "@/lib/cn";
import { addDays, type PlainDate } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";
import { weeksOf } from "./spans";

export interface CalendarProps {
  /** Any day of the month that is shown. */
  month: PlainDate;
  /** The span that is chosen, both ends included; the last one is missing while it is being chosen. */
  first: PlainDate | undefined;
  last: PlainDate | undefined;
  /** Days outside cannot be chosen. */
  min?: PlainDate | undefined;
  max?: PlainDate | undefined;
  /** The day that weeks begin with: 0 is Monday. */
  weekStart: number;
  onPick: (day: PlainDate) => void;
  /** Called when arrows leave the month. */
  onLeave: (to: PlainDate) => void;
}

/** The days of a month, of which arrows and clicks choose. */
export function Calendar(props: CalendarProps) {
  const { month, first, last, min, max, weekStart, onPick, onLeave } = props;
  const format = useFormat();
  const table = useRef<HTMLTableElement>(null);
  const weeks = weeksOf(month, weekStart);
  const inMonth = (day: PlainDate | undefined) => day?.slice(0, 7) === month.slice(0, 7);
  const entry = [first, last, max].find(inMonth) ?? weeks[0]?.find((day) => day !== null);
  const press = (event: KeyboardEvent, day: PlainDate) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = addDays(day, step);
    const cell = table.current?.querySelector<HTMLElement>(`[data-day="${to}"]`);
    if (cell) cell.focus();
    else onLeave(to);
  };
  return (
    <table ref={table} aria-label={format.month(month)} className="border-collapse">
      <caption className="pb-1 font-medium">{format.month(month)}</caption>
      <thead>
        <tr className="text-muted text-xs">
          {Array.from({ length: 7 }, (_, place) => (place + weekStart) % 7).map((day) => (
            <th key={day} scope="col" abbr={format.weekday(day, "long")} className="h-7 w-9 font-medium">
              {format.weekday(day).slice(0, 2)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week.find((day) => day !== null)}>
            {week.map((day, place) => {
              if (day === null) {
                // biome-ignore lint/suspicious/noArrayIndexKey: an empty cell is its place
                return <td key={place} />;
              }
              const isEnd = day === first || day === last;
              const isWithin = first !== undefined && last !== undefined && day > first && day < last;
              const isOut = (min !== undefined && day < min) || (max !== undefined && day > max);
              return (
                <td key={day} className={cn("p-0", isWithin && "bg-primary-soft")}>
                  <button
                    type="button"
                    data-day={day}
                    tabIndex={day === entry ? 0 : -1}
                    aria-pressed={isEnd || isWithin}
                    aria-label={format.day(day)}
                    disabled={isOut}
                    onClick={() => onPick(day)}
                    onKeyDown={(event) => press(event, day)}
                    className={cn(
                      "size-9 rounded-lg disabled:opacity-35 pointer-coarse:size-11",
                      isEnd ? "bg-primary text-primary-foreground font-semibold" : "enabled:hover:bg-hover",
                    )}
                  >
                    {Number(day.slice(8))}
                  </button>
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
