import { t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { Link, useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { tell } from "@/lib/embed";
import { type Search, travelling } from "@/lib/url-state";
import { GROUPS } from "./pages";

/** Pages in a frame of other pages: no sidebar and no header; what is around is told their height and address. */
export function EmbedFrame({ tabs, children }: { tabs?: ReactNode; children: ReactNode }) {
  const frame = useRef<HTMLDivElement>(null);
  const path = useRouterState({ select: (state) => state.location.href });
  useEffect(() => tell({ type: "nchat-analytics:navigate", path }), [path]);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const size = new ResizeObserver(() =>
      tell({ type: "nchat-analytics:height", height: Math.ceil(element.getBoundingClientRect().height) }),
    );
    size.observe(element);
    return () => size.disconnect();
  }, []);
  return (
    <div ref={frame} data-embed="" className="flex min-w-0 flex-col">
      {tabs}
      <main id="main" tabIndex={-1} className="flex min-w-0 flex-col gap-4 p-4 outline-none">
        {children}
      </main>
    </div>
  );
}

/** The pages as tabs on top. */
export function PageTabs() {
  const { i18n } = useLingui();
  return (
    <nav
      aria-label={t`Pages`}
      className="border-border bg-card flex gap-1 overflow-x-auto border-b px-4 print:hidden"
    >
      {GROUPS.flatMap((group) => group.pages).map((page) => (
        <Link
          key={page.path}
          to={page.path}
          search={((old: Search) => travelling(old)) as never}
          activeOptions={{ exact: page.path === "/", includeSearch: false }}
          className="text-muted hover:text-foreground data-[status=active]:border-primary data-[status=active]:text-foreground flex min-h-11 shrink-0 items-center border-b-2 border-transparent px-3 font-medium"
        >
          {i18n._(page.title)}
        </Link>
      ))}
    </nav>
  );
}
