import { t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { Link } from "@tanstack/react-router";
import { ChartLine, PanelLeft } from "lucide-react";
import { IconButton } from "@/components/ui/button";
import { cn } from "@/lib/cn";
import { type Search, travelling } from "@/lib/url-state";
import { GROUPS, type Page } from "./pages";

/** The product's mark and name. */
function Brand({ isRail }: { isRail: boolean }) {
  return (
    <span className="flex items-center gap-2.5 font-semibold">
      <span className="bg-primary text-primary-foreground grid size-7 shrink-0 place-items-center rounded-lg">
        <ChartLine aria-hidden="true" className="size-4" />
      </span>
      {!isRail && <span>{t`Analytics`}</span>}
    </span>
  );
}

/** Links to the pages, by groups; as a rail only their icons. */
export function Navigation({ isRail, onFollow }: { isRail: boolean; onFollow?: () => void }) {
  const { i18n } = useLingui();
  const groups = GROUPS.filter((group) => group.pages.length > 0);
  return (
    <nav aria-label={t`Pages`} className="flex-1 overflow-auto p-3">
      {groups.map((group) => (
        <div key={group.title.id} className={cn(isRail && "not-first:mt-2")}>
          {!isRail && <p className="text-muted px-3 pt-3 pb-1 text-xs font-medium">{i18n._(group.title)}</p>}
          {group.pages.map((page) => (
            <Entry
              key={page.path}
              page={page}
              title={i18n._(page.title)}
              isRail={isRail}
              {...(onFollow && { onFollow })}
            />
          ))}
        </div>
      ))}
    </nav>
  );
}

interface EntryProps {
  page: Page;
  title: string;
  isRail: boolean;
  onFollow?: () => void;
}

function Entry({ page, title, isRail, onFollow }: EntryProps) {
  return (
    <Link
      to={page.path}
      search={((old: Search) => travelling(old)) as never}
      activeOptions={{ exact: page.path === "/", includeSearch: false }}
      {...(isRail && { title, "aria-label": title })}
      {...(onFollow && { onClick: onFollow })}
      className={cn(
        "rounded-control text-muted hover:bg-hover hover:text-foreground data-[status=active]:bg-primary data-[status=active]:text-primary-foreground mt-0.5 flex items-center font-medium pointer-coarse:h-11",
        isRail ? "size-10 justify-center" : "h-9 gap-3 px-3",
      )}
    >
      <page.icon aria-hidden="true" className="size-[18px] shrink-0" />
      {!isRail && <span>{title}</span>}
    </Link>
  );
}

/** The navigation beside the content: 256 pixels, or a rail of 64. */
export function Sidebar({ isRail, onToggle }: { isRail: boolean; onToggle?: (() => void) | undefined }) {
  return (
    <aside
      className={cn(
        "bg-card border-border sticky top-0 hidden h-screen shrink-0 flex-col border-e sm:flex print:hidden",
        isRail ? "w-16" : "w-64",
      )}
    >
      <div
        className={cn("border-border flex h-14 items-center border-b px-4", isRail && "justify-center px-0")}
      >
        <Brand isRail={isRail} />
      </div>
      <Navigation isRail={isRail} />
      {onToggle && (
        <div className="border-border border-t p-3">
          <IconButton label={isRail ? t`Widen the sidebar` : t`Narrow the sidebar`} onClick={onToggle}>
            <PanelLeft aria-hidden="true" />
          </IconButton>
        </div>
      )}
    </aside>
  );
}
