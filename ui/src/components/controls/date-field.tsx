import { type PlainDate, parseDate } from "@/lib/plain-date";

export interface DateFieldProps {
  label: string;
  value: PlainDate | undefined;
  min?: PlainDate | undefined;
  max?: PlainDate | undefined;
  onChange: (day: PlainDate | undefined) => void;
}

/** A day that is typed. */
export function DateField({ label, value, min, max, onChange }: DateFieldProps) {
  return (
    <label className="text-muted text-xs font-medium">
      {label}
      <input
        type="date"
        value={value ?? ""}
        min={min}
        max={max}
        onChange={(event) => onChange(parseDate(event.target.value))}
        className="border-control bg-card text-foreground rounded-control mt-1 block h-9 border px-2.5 text-sm pointer-coarse:h-11"
      />
    </label>
  );
}
