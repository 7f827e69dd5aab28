import type { MessageDescriptor } from "@lingui/core";
import { msg, t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { Link, Outlet } from "@tanstack/react-router";
import { ChartLine, LayoutDashboard, type LucideIcon } from "lucide-react";

interface Page {
  path: "/";
  title: MessageDescriptor;
  icon: LucideIcon;
}

/** The pages, by what they are for. What does not work yet is not there. */
const GROUPS: { title: MessageDescriptor; pages: Page[] }[] = [
  { title: msg`Now`, pages: [{ path: "/", title: msg`Overview`, icon: LayoutDashboard }] },
];

/** The frame of every page: navigation beside the content. */
export function AppShell() {
  const { i18n } = useLingui();
  return (
    <div className="grid min-h-screen grid-cols-[minmax(0,1fr)] md:grid-cols-[4rem_minmax(0,1fr)] xl:grid-cols-[16rem_minmax(0,1fr)]">
      <a href="#main" className="bg-card sr-only z-50 p-3 focus:not-sr-only focus:absolute">
        {t`Skip to content`}
      </a>
      <aside className="bg-card border-border sticky top-0 hidden h-screen flex-col border-e md:flex">
        <div className="border-border flex h-14 items-center gap-2.5 border-b px-4 font-semibold">
          <span className="bg-primary text-primary-foreground grid size-7 place-items-center rounded-lg">
            <ChartLine aria-hidden="true" className="size-4" />
          </span>
          <span className="hidden xl:inline">{t`Analytics`}</span>
        </div>
        <nav aria-label={t`Pages`} className="flex-1 overflow-auto p-3">
          {GROUPS.map((group) => (
            <div key={group.title.id}>
              <p className="text-muted hidden px-3 pt-1 pb-1 text-xs font-medium xl:block">
                {i18n._(group.title)}
              </p>
              {group.pages.map((page) => (
                <Link
                  key={page.path}
                  to={page.path}
                  search={(search) => search}
                  title={i18n._(page.title)}
                  className="rounded-control text-muted hover:bg-subtle hover:text-foreground aria-[current=page]:bg-primary aria-[current=page]:text-primary-foreground flex h-9 items-center gap-3 px-2.5 font-medium xl:px-3"
                >
                  <page.icon aria-hidden="true" className="size-[18px] shrink-0" />
                  <span className="hidden xl:inline">{i18n._(page.title)}</span>
                </Link>
              ))}
            </div>
          ))}
        </nav>
      </aside>
      <main id="main" className="flex w-full max-w-[1728px] min-w-0 flex-col gap-6 p-4 xl:p-6">
        <Outlet />
      </main>
    </div>
  );
}
