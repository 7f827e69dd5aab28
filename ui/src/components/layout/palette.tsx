import { t } from "@lingui/core/macro";
import { Search } from "lucide-react";
import { Dialog } from "radix-ui";
import { lazy, Suspense, useEffect, useState } from "react";
import { buttonClass } from "@/components/ui/button";
import { Key } from "@/components/ui/menu";
import { cn } from "@/lib/cn";

const PaletteContent = lazy(async () => ({ default: (await import("./palette-content")).PaletteContent }));

/** Pages, channels, people and actions by name (Ctrl K). */
export function Palette() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen((was) => !was);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger className={cn(buttonClass("ghost"), "px-2.5")}>
        <Search aria-hidden="true" />
        <span className="max-lg:sr-only">{t`Search`}</span>
        <span aria-hidden="true" className="max-lg:hidden">
          <Key>{navigator.userAgent.includes("Mac") ? "⌘K" : "Ctrl K"}</Key>
        </span>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 bg-[var(--scrim)]" />
        <Dialog.Content
          aria-describedby={undefined}
          className="border-border bg-card rounded-card fixed inset-x-0 top-[12vh] z-50 mx-auto w-[560px] max-w-[calc(100vw-32px)] border shadow-[var(--shadow-pop)] outline-none"
        >
          <Dialog.Title className="sr-only">{t`Search`}</Dialog.Title>
          {isOpen && (
            <Suspense>
              <PaletteContent onDone={() => setOpen(false)} />
            </Suspense>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
