import { t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { useRouterState } from "@tanstack/react-router";
import { Menu as MenuIcon } from "lucide-react";
import { AccountMenu } from "@/components/session/account-menu";
import { IconButton } from "@/components/ui/button";
import { useCrumb } from "./crumb";
import { LanguageMenu } from "./language-menu";
import { PageLink } from "./page-link";
import { pageOf } from "./pages";
import { Palette } from "./palette";
import { ProgressPill } from "./progress-pill";
import { RefreshButton } from "./refresh-button";
import { ShareMenu } from "./share-menu";
import { ThemeMenu } from "./theme-menu";

/** Where one is, and what concerns every page. */
export function Header({ onNavigation }: { onNavigation: () => void }) {
  const { i18n } = useLingui();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const crumb = useCrumb();
  const page = pageOf(path);
  const isDeeper = page !== undefined && path !== page.path;
  const pageTitle = page ? i18n._(page.title) : undefined;
  return (
    <header className="bg-card border-border sticky top-0 z-20 flex h-14 items-center gap-2 border-b px-2 sm:px-4 xl:px-6 print:hidden">
      <IconButton label={t`Pages`} className="sm:hidden" onClick={onNavigation}>
        <MenuIcon aria-hidden="true" className="size-5!" />
      </IconButton>
      <nav aria-label={t`Breadcrumb`} className="min-w-0">
        <ol className="text-muted flex items-center gap-2">
          <li className="hidden sm:block">{t`Analytics`}</li>
          {isDeeper && (
            <li className="hidden items-center gap-2 sm:flex">
              <Slash />
              <PageLink to={page.path as never} className="hover:text-foreground hover:underline">
                {pageTitle}
              </PageLink>
            </li>
          )}
          <li className="flex min-w-0 items-center gap-2">
            <span className="hidden sm:block">
              <Slash />
            </span>
            <span aria-current="page" className="text-foreground truncate font-semibold sm:font-medium">
              {crumb ?? pageTitle}
            </span>
          </li>
        </ol>
      </nav>
      <div className="ms-auto flex items-center gap-1">
        <ProgressPill />
        <Palette />
        <RefreshButton />
        <ShareMenu />
        <LanguageMenu />
        <ThemeMenu />
        <AccountMenu />
      </div>
    </header>
  );
}

function Slash() {
  return (
    <span aria-hidden="true" className="opacity-60">
      /
    </span>
  );
}
