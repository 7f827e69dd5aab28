import { cn } from "@/lib/cn";

export interface SwitchProps {
  label: string;
  /** One line under the label. */
  hint?: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

/** Something that is on or off, with its name before it. */
export function Switch({ label, hint, isOn, onChange }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      onClick={() => onChange(!isOn)}
      className="hover:bg-hover flex min-h-11 w-full items-center gap-3 rounded-lg px-3 py-1.5 text-start"
    >
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{label}</span>
        {hint && <span className="text-muted block text-xs">{hint}</span>}
      </span>
      <span
        aria-hidden="true"
        className={cn("relative h-[18px] w-8 shrink-0 rounded-full", isOn ? "bg-primary" : "bg-control")}
      >
        <span
          className={cn(
            "absolute top-0.5 size-3.5 rounded-full",
            isOn ? "bg-primary-foreground start-4" : "start-0.5 bg-white",
          )}
        />
      </span>
    </button>
  );
}
