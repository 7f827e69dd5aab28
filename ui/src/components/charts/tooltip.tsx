import { t } from "@lingui/core/macro";

/** A line of a tooltip: a name and what is written beside it. */
export interface TipRow {
  name: string;
  value: string;
  /** The colour of the mark, for charts of several series. */
  colour?: string | undefined;
}

/** What a mark says: its title, then value, compared value, change, share. */
export interface Tip {
  title: string;
  rows: TipRow[];
}

export interface ChartTooltipProps {
  tip: Tip;
  /** Where the mark is, in pixels of the chart. */
  x: number;
  y: number;
  /** The width of the chart, which the tooltip stays within. */
  width: number;
  /** Whether a list stands behind the mark. */
  canOpen: boolean;
}

const WIDTH = 216;
const GAP = 12;

/** The tooltip of a mark. Nothing stands only in it: the same is read aloud and in the table. */
export function ChartTooltip({ tip, x, y, width, canOpen }: ChartTooltipProps) {
  const isAfter = x + GAP + WIDTH <= width;
  const left = isAfter ? x + GAP : Math.max(0, x - GAP - WIDTH);
  return (
    <div
      aria-hidden="true"
      className="border-border bg-card rounded-control pointer-events-none absolute z-10 border p-3 text-xs shadow-[var(--shadow-pop)]"
      style={{ left, top: Math.max(0, y), width: Math.min(WIDTH, width) }}
    >
      <p className="font-semibold">{tip.title}</p>
      <dl className="mt-2 grid grid-cols-[1fr_auto] gap-x-4 gap-y-1">
        {tip.rows.map((row) => (
          <div key={row.name} className="contents">
            <dt className="text-muted flex min-w-0 items-center gap-1.5">
              {row.colour && (
                <span className="size-2 shrink-0 rounded-full" style={{ background: row.colour }} />
              )}
              <span className="truncate">{row.name}</span>
            </dt>
            <dd className="text-end font-semibold">{row.value}</dd>
          </div>
        ))}
      </dl>
      {canOpen && (
        <p className="text-muted border-border mt-2 border-t pt-2">{t`Enter or click: see the list`}</p>
      )}
    </div>
  );
}

/** Returns what is read aloud of a mark. */
export function spokenTip(tip: Tip): string {
  return [tip.title, ...tip.rows.map((row) => `${row.name} ${row.value}`)].join(", ");
}
