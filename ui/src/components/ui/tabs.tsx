import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { useView } from "@/lib/view";

export interface Tab {
  id: string;
  title: string;
}

export interface TabsProps {
  /** The first one is the default and not in the address. */
  tabs: readonly Tab[];
  label: string;
}

/** Returns the tab of the address; the first one where it names none of them. */
export function useTab(tabs: readonly Tab[]): string {
  const [asked] = useView("tab");
  return tabs.find((tab) => tab.id === asked)?.id ?? tabs[0]?.id ?? "";
}

/** The parts of a page, each with its own address. */
export function Tabs({ tabs, label }: TabsProps) {
  const at = useTab(tabs);
  const navigate = useNavigate();
  const open = (id: string) =>
    void navigate({
      to: ".",
      search: ((old: Record<string, string>) => {
        // What belongs to a table or a drawer of the tab before is left behind.
        const {
          tab,
          card,
          view,
          drill,
          sort,
          order,
          search,
          cols,
          level,
          role,
          lifecycle,
          active,
          state,
          ...kept
        } = old;
        return id === tabs[0]?.id ? kept : { ...kept, tab: id };
      }) as never,
    });
  const move = (step: number) => {
    const place = (tabs.findIndex((tab) => tab.id === at) + step + tabs.length) % tabs.length;
    const next = tabs[place];
    if (!next) return;
    open(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
  };
  return (
    <div
      role="tablist"
      aria-label={label}
      className="border-border -mx-4 flex gap-6 overflow-x-auto border-b px-4 [scrollbar-width:none] sm:mx-0 sm:px-0"
      onKeyDown={(event) => {
        if (event.key === "ArrowRight") move(1);
        else if (event.key === "ArrowLeft") move(-1);
      }}
    >
      {tabs.map((tab) => (
        <button
          key={tab.id}
          id={`tab-${tab.id}`}
          type="button"
          role="tab"
          aria-selected={tab.id === at}
          aria-controls="tab-panel"
          tabIndex={tab.id === at ? 0 : -1}
          onClick={() => open(tab.id)}
          className={cn(
            "-mb-px flex h-10 shrink-0 items-center border-b-2 font-medium whitespace-nowrap -outline-offset-2 pointer-coarse:h-11",
            tab.id === at
              ? "border-primary text-foreground"
              : "text-muted hover:text-foreground border-transparent",
          )}
        >
          {tab.title}
        </button>
      ))}
    </div>
  );
}

/** What belongs to the chosen tab. */
export function TabPanel({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <div role="tabpanel" id="tab-panel" className={cn("flex flex-col gap-4", className)}>
      {children}
    </div>
  );
}
