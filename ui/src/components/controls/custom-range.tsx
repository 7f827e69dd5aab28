import { t } from "@lingui/core/macro";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import type { PlainDate } from "@/lib/plain-date";
import { useIsNarrow } from "@/lib/use-size";
import { Calendar } from "./calendar";
import { DateField } from "./date-field";
import { type Days, monthAfter } from "./spans";

export interface CustomRangeProps {
  days: Days | undefined;
  /** The day of the first event. */
  min: PlainDate | undefined;
  today: PlainDate;
  weekStart: number;
  onChoose: (days: Days) => void;
}

/** A span of days, typed or chosen in two months. */
export function CustomRange({ days, min, today, weekStart, onChoose }: CustomRangeProps) {
  const [first, setFirst] = useState<PlainDate | undefined>(days?.[0]);
  const [last, setLast] = useState<PlainDate | undefined>(days?.[1]);
  const isNarrow = useIsNarrow();
  const months = isNarrow ? 1 : 2;
  const [month, setMonth] = useState(() => monthAfter(days?.[1] ?? today, 1 - months));
  const pick = (day: PlainDate) => {
    if (first === undefined || last !== undefined || day < first) {
      setFirst(day);
      setLast(undefined);
    } else {
      setLast(day);
    }
  };
  const show = (day: PlainDate) => {
    setMonth(day < month ? monthAfter(day, 0) : monthAfter(day, 1 - months));
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-day="${day}"]`)?.focus());
  };
  const chosen: Days | undefined = first && last && first <= last ? [first, last] : undefined;
  return (
    <form
      className="flex flex-col gap-3 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen) onChoose(chosen);
      }}
    >
      <div className="flex items-start justify-center gap-1">
        <IconButton size="small" label={t`Earlier months`} onClick={() => setMonth(monthAfter(month, -1))}>
          <ChevronLeft aria-hidden="true" />
        </IconButton>
        <div className="flex items-start gap-5">
          {Array.from({ length: months }, (_, place) => monthAfter(month, place)).map((shown) => (
            <Calendar
              key={shown}
              month={shown}
              first={first}
              last={last}
              min={min}
              max={today}
              weekStart={weekStart}
              onPick={pick}
              onLeave={show}
            />
          ))}
        </div>
        <IconButton size="small" label={t`Later months`} onClick={() => setMonth(monthAfter(month, 1))}>
          <ChevronRight aria-hidden="true" />
        </IconButton>
      </div>
      <div className="flex flex-wrap items-end gap-2">
        <DateField label={t`First day`} value={first} min={min} max={today} onChange={setFirst} />
        <DateField label={t`Last day`} value={last} min={first ?? min} max={today} onChange={setLast} />
        <Button look="primary" type="submit" disabled={!chosen} className="ms-auto">
          {t`Apply`}
        </Button>
      </div>
    </form>
  );
}
