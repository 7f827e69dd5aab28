import { Popover } from "radix-ui";
import { cn } from "@/lib/cn";
import type { PopProps } from "./pop";

/** What `Pop` shows. */
export function PopPanel({
  isOpen,
  onOpenChange,
  title,
  trigger,
  children,
  align = "start",
  className,
}: PopProps) {
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
