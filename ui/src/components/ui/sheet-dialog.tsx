import { t } from "@lingui/core/macro";
import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import { cn } from "@/lib/cn";
import { useOpener } from "@/lib/use-opener";
import { IconButton } from "./button";
import type { SheetProps } from "./sheet";

const SIDES = {
  start: "inset-y-0 start-0 w-64 max-w-[85vw] border-e",
  end: "inset-y-0 end-0 w-[560px] max-w-full sm:border-s",
  bottom: "inset-x-0 bottom-0 max-h-[85vh] rounded-t-2xl border-t",
  center:
    "inset-0 m-auto h-fit max-h-[calc(100vh-32px)] w-[520px] max-w-[calc(100vw-32px)] rounded-card border",
};

/** What `Sheet` shows. */
export function SheetDialog({
  isOpen,
  onOpenChange,
  title,
  side,
  children,
  tools,
  footer,
  className,
}: SheetProps) {
  const opener = useOpener();
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-[var(--scrim)]" />
        <Dialog.Content
          {...opener}
          aria-describedby={undefined}
          className={cn(
            "border-border bg-card fixed z-50 flex flex-col shadow-[var(--shadow-pop)] outline-none",
            SIDES[side],
            className,
          )}
        >
          <header className="border-border flex min-h-14 shrink-0 items-center gap-2 border-b ps-4 pe-2 sm:ps-6 sm:pe-4">
            <Dialog.Title className="min-w-0 flex-1 text-base font-semibold tracking-tight">
              {title}
            </Dialog.Title>
            {tools}
            <Dialog.Close asChild>
              <IconButton label={t`Close`}>
                <X aria-hidden="true" />
              </IconButton>
            </Dialog.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-auto">{children}</div>
          {footer && (
            <footer className="border-border flex flex-wrap items-center gap-2 border-t px-4 py-3 sm:px-6">
              {footer}
            </footer>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
