import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

const LOOKS = {
  plain: "bg-subtle [&>svg]:text-muted",
  bad: "bg-bad-soft [&>svg]:text-bad",
  warn: "bg-warn-soft [&>svg]:text-warn",
  info: "bg-primary-soft [&>svg]:text-primary",
};

export interface NoteProps {
  icon: LucideIcon;
  children: ReactNode;
  look?: keyof typeof LOOKS;
  /** A button at the end. */
  action?: ReactNode;
  className?: string;
  role?: "alert" | "status";
}

/** A bar that says what holds for what is below it. */
export function Note({ icon: Icon, children, look = "plain", action, className, role }: NoteProps) {
  return (
    <div
      role={role}
      className={cn("rounded-control flex items-center gap-2.5 px-3 py-2.5", LOOKS[look], className)}
    >
      <Icon aria-hidden="true" className="size-4 shrink-0" />
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  );
}
