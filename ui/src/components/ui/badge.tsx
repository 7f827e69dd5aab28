import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

const LOOKS = {
  plain: "bg-subtle text-muted",
  good: "bg-good-soft text-good",
  bad: "bg-bad-soft text-bad",
  warn: "bg-warn-soft text-warn",
  primary: "bg-primary-soft text-primary",
};

export interface BadgeProps {
  children: ReactNode;
  look?: keyof typeof LOOKS;
  className?: string;
}

/** A word or two about the state of something, with an icon if need be. */
export function Badge({ children, look = "plain", className }: BadgeProps) {
  return (
    <span
      className={cn(
        "inline-flex h-5 shrink-0 items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap [&>svg]:size-3",
        LOOKS[look],
        className,
      )}
    >
      {children}
    </span>
  );
}
