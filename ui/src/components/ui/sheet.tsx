import { lazy, type ReactNode, Suspense, useState } from "react";

export interface SheetProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: ReactNode;
  /** Where it comes from: `start` navigation, `end` drawers, `bottom` controls of a phone, `center` dialogs. */
  side: "start" | "end" | "bottom" | "center";
  children: ReactNode;
  /** Beside the title. */
  tools?: ReactNode;
  footer?: ReactNode;
  className?: string;
}

const SheetDialog = lazy(async () => ({ default: (await import("./sheet-dialog")).SheetDialog }));

/**
 * A surface over the page; the keyboard stays in it, and goes back to its opener when it closes. Its code comes
 * when it is first opened.
 */
export function Sheet(props: SheetProps) {
  const [wasOpen, setWasOpen] = useState(props.isOpen);
  if (props.isOpen && !wasOpen) setWasOpen(true);
  return (
    wasOpen && (
      <Suspense>
        <SheetDialog {...props} />
      </Suspense>
    )
  );
}
