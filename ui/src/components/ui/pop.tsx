import { Popover } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cn } from "@/lib/cn";
import { useIsNarrow } from "@/lib/use-size";
import { Sheet } from "./sheet";

export interface PopProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  /** The button that opens it. */
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "center" | "end";
  className?: string;
}

/** Content beside its button; on a phone a sheet from below. */
export function Pop({
  isOpen,
  onOpenChange,
  title,
  trigger,
  children,
  align = "start",
  className,
}: PopProps) {
  const isNarrow = useIsNarrow();
  if (isNarrow) {
    return (
      <Popover.Root open={isOpen} onOpenChange={onOpenChange}>
        <Popover.Trigger asChild>{trigger}</Popover.Trigger>
        <Sheet isOpen={isOpen} onOpenChange={onOpenChange} title={title} side="bottom">
          {children}
        </Sheet>
      </Popover.Root>
    );
  }
  return (
    <Popover.Root open={isOpen} onOpenChange={onOpenChange}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          aria-label={title}
          className={cn(
            "bg-card border-border rounded-card z-50 max-h-[var(--radix-popover-content-available-height)] overflow-auto border shadow-[var(--shadow-pop)] outline-none",
            className,
          )}
        >
          {children}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
