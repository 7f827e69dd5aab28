import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { Key } from "@/components/ui/menu";
import { cn } from "@/lib/cn";

export interface OptionProps {
  isChosen: boolean;
  onChoose: () => void;
  children: ReactNode;
  /** One line under it: what it comes to. */
  note?: string | undefined;
  /** The key that does the same. */
  hint?: string | undefined;
}

/** One of several things, in the content of a control. */
export function Option({ isChosen, onChoose, children, note, hint }: OptionProps) {
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={onChoose}
      className={cn(
        "hover:bg-hover flex min-h-9 w-full items-center gap-2 rounded-lg px-3 py-1 text-start whitespace-nowrap pointer-coarse:min-h-11",
        isChosen && "text-primary font-medium",
      )}
    >
      <span className="flex-1">
        {children}
        {note && <span className="text-muted block text-xs font-normal">{note}</span>}
      </span>
      {isChosen && <Check aria-hidden="true" className="size-4" />}
      {hint && <Key>{hint}</Key>}
    </button>
  );
}
