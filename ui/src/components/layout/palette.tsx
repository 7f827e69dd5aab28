import { t } from "@lingui/core/macro";
import { Search } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { buttonClass } from "@/components/ui/button";
import { Key } from "@/components/ui/menu";
import { cn } from "@/lib/cn";

const load = () => import("./palette-dialog");
const PaletteDialog = lazy(async () => ({ default: (await load()).PaletteDialog }));

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
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        className={cn(buttonClass("ghost"), "px-2.5")}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
        onClick={() => setOpen(true)}
      >
        <Search aria-hidden="true" />
        <span className="max-lg:sr-only">{t`Search`}</span>
        <span aria-hidden="true" className="max-lg:hidden">
          <Key>{navigator.userAgent.includes("Mac") ? "⌘K" : "Ctrl K"}</Key>
        </span>
      </button>
      {isOpen && (
        <Suspense>
          <PaletteDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
