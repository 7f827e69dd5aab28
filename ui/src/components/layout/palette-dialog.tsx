import { t } from "@lingui/core/macro";
import { Dialog } from "radix-ui";
import { useOpener } from "@/lib/use-opener";
import { PaletteContent } from "./palette-content";

/** The palette, open. */
export function PaletteDialog({ onClose }: { onClose: () => void }) {
  const opener = useOpener();
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-[var(--scrim)]" />
        <Dialog.Content
          {...opener}
          aria-describedby={undefined}
          className="border-border bg-card rounded-card fixed inset-x-0 top-[12vh] z-50 mx-auto w-[560px] max-w-[calc(100vw-32px)] border shadow-[var(--shadow-pop)] outline-none"
        >
          <Dialog.Title className="sr-only">{t`Search`}</Dialog.Title>
          <PaletteContent onDone={onClose} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
