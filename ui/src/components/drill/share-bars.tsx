import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { useFormat } from "@/lib/use-format";

export interface ShareBarsProps {
  label: string;
  rows: { key: string; name: ReactNode; value: number; isRest?: boolean }[];
}

/** A few things with their numbers, as bars from zero; the rest of them last and grey. */
export function ShareBars({ label, rows }: ShareBarsProps) {
  const format = useFormat();
  const largest = Math.max(1, ...rows.map((row) => row.value));
  return (
    <ul aria-label={label}>
      {rows.map((row) => (
        <li
          key={row.key}
          className="grid h-7.5 grid-cols-[8rem_minmax(0,1fr)_3rem] items-center gap-3 sm:grid-cols-[8.5rem_minmax(0,1fr)_3rem]"
        >
          <span className="truncate">{row.name}</span>
          <span aria-hidden="true" className="bg-track h-1.5 overflow-hidden rounded-full">
            <span
              className={cn("block h-full rounded-full", row.isRest ? "bg-control" : "bg-primary")}
              style={{ width: `${(100 * row.value) / largest}%` }}
            />
          </span>
          <b className="text-end font-medium">{format.exact(row.value)}</b>
        </li>
      ))}
    </ul>
  );
}
