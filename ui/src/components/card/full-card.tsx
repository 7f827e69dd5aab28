import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { useOpener } from "@/lib/use-opener";

export interface FullCardProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A card that fills the window. */
export function FullCard({ title, onClose, children }: FullCardProps) {
  const opener = useOpener();
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Content
          {...opener}
          aria-describedby={undefined}
          className="bg-card fixed inset-0 z-40 outline-none"
          onPointerDownOutside={(event) => event.preventDefault()}
        >
          <Dialog.Title asChild>
            <p className="sr-only">{title}</p>
          </Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
