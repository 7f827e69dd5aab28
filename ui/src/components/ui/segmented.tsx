import { cn } from "@/lib/cn";

export interface SegmentedProps<Value extends string> {
  label: string;
  options: readonly { value: Value; title: string }[];
  value: Value;
  onChange: (value: Value) => void;
  size?: "normal" | "small";
}

/** A choice between a few things that are all visible. */
export function Segmented<Value extends string>({
  label,
  options,
  value,
  onChange,
  size = "normal",
}: SegmentedProps<Value>) {
  return (
    <fieldset
      aria-label={label}
      className={cn(
        "bg-subtle inline-flex max-w-full min-w-0 gap-0.5 overflow-x-auto p-0.5 [scrollbar-width:none]",
        size === "small" ? "rounded-lg" : "rounded-control",
      )}
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={cn(
            "shrink-0 font-medium whitespace-nowrap pointer-coarse:h-10",
            size === "small" ? "h-6 rounded-md px-2 text-xs" : "h-8 rounded-lg px-3",
            option.value === value
              ? "bg-raised text-foreground shadow-xs"
              : "text-muted hover:text-foreground",
          )}
        >
          {option.title}
        </button>
      ))}
    </fieldset>
  );
}
