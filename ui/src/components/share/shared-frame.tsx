import { t } from "@lingui/core/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Eye, Unlink } from "lucide-react";
import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { type Session, sessionQuery } from "@/api/session";
import { type OpenedShare, openedShareQuery } from "@/api/shares";
import { type Status, statusQuery } from "@/api/status";
import { Skeleton } from "@/components/card/skeleton";
import { FailedState } from "@/components/card/states";
import { CrumbProvider } from "@/components/layout/crumb";
import { EmbedFrame } from "@/components/layout/embed-frame";
import { ToastProvider } from "@/components/ui/toast";
import { useDrill } from "@/lib/drill";
import { useKeyListener } from "@/lib/keys";
import { dateIn } from "@/lib/plain-date";
import { useAddress, useScope } from "@/lib/scope";
import { SharedContext } from "@/lib/shared";
import { FormatProvider, useFormat } from "@/lib/use-format";
import { fixedSearch, isSameSearch, openedPage } from "./opened";

const DrillDrawer = lazy(async () => ({
  default: (await import("@/components/drill/drill-drawer")).DrillDrawer,
}));

/** The pages that a link can open, by their routes. */
export type SharedPages = Record<string, ComponentType>;

/** What a shared link opens: one page, without ways to any other. */
export function SharedFrame({ pages }: { pages: SharedPages }) {
  const share = useQuery(openedShareQuery);
  useKeyListener();
  return (
    <CrumbProvider>
      <ToastProvider>
        {share.data ? (
          <Opened share={share.data} pages={pages} />
        ) : share.data === null ? (
          <Over />
        ) : share.error ? (
          <Plain>
            <FailedState title={t`Shared page`} error={share.error} onRetry={() => void share.refetch()} />
          </Plain>
        ) : (
          <Skeleton />
        )}
      </ToastProvider>
    </CrumbProvider>
  );
}

function Opened({ share, pages }: { share: OpenedShare; pages: SharedPages }) {
  const isKnown = useKnown(share);
  const search = useAddress();
  const navigate = useNavigate();
  const wanted = fixedSearch(share.query, search);
  const isThere = isSameSearch(wanted, search);
  useEffect(() => {
    if (!isThere) void navigate({ to: ".", search: wanted as never, replace: true });
  });
  const [opened] = useState(() => new Date().toISOString());
  const [scope] = useScope();
  const { route, id } = openedPage(share.page);
  const Page = pages[route];
  if (!isKnown || !isThere || !Page) return <Skeleton />;
  return (
    <SharedContext value={{ id }}>
      <FormatProvider zone={scope.tz ?? share.timezone} asOf={scope.asOf ?? opened}>
        {search["embed"] === "1" ? (
          <EmbedFrame>
            <Suspense fallback={<Skeleton />}>
              <Page />
            </Suspense>
          </EmbedFrame>
        ) : (
          <Plain head={<Head share={share} />}>
            <Suspense fallback={<Skeleton />}>
              <Page />
            </Suspense>
          </Plain>
        )}
        <Drawer />
      </FormatProvider>
    </SharedContext>
  );
}

/** Puts what a link says of the service where pages look for it: they may not ask themselves. */
function useKnown(share: OpenedShare): boolean {
  const queries = useQueryClient();
  const [isKnown, setKnown] = useState(false);
  useEffect(() => {
    const always = { updatedAt: Number.MAX_SAFE_INTEGER };
    for (const { queryKey } of [statusQuery, sessionQuery])
      queries.setQueryDefaults(queryKey, { gcTime: Number.POSITIVE_INFINITY });
    queries.setQueryData(statusQuery.queryKey, { timezone: share.timezone } as Status, always);
    const guest: Session = { name: "", role: null, access: "read", workspaces: [] };
    queries.setQueryData(sessionQuery.queryKey, guest);
    setKnown(true);
  }, [queries, share]);
  return isKnown;
}

function Drawer() {
  const [drill] = useDrill();
  return (
    drill && (
      <Suspense>
        <DrillDrawer />
      </Suspense>
    )
  );
}

/** That one is a guest, and until when. */
function Head({ share }: { share: OpenedShare }) {
  const format = useFormat();
  const day = format.shortDay(dateIn(share.expiresAt, format.timezone));
  return (
    <header className="bg-card border-border flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2 xl:px-6 print:hidden">
      <Eye aria-hidden="true" className="text-primary size-5" />
      <p className="font-medium">{t`Shared page, to read only`}</p>
      <p className="text-muted ms-auto text-xs">
        {share.names ? t`until ${day}` : t`People have no names here · until ${day}`}
      </p>
    </header>
  );
}

/** A link that opens nothing any more. */
function Over() {
  return (
    <Plain>
      <h1 className="flex items-center gap-3 text-2xl font-bold tracking-tight">
        <Unlink aria-hidden="true" className="text-primary size-6" />
        {t`This link opens nothing any more`}
      </h1>
      <p className="text-muted text-base">
        {t`It has expired, was revoked, or was not copied whole. Ask whoever sent it for another one.`}
      </p>
    </Plain>
  );
}

function Plain({ head, children }: { head?: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-h-screen flex-col">
      {head}
      <main
        id="main"
        tabIndex={-1}
        className="flex w-full max-w-[1728px] min-w-0 flex-col gap-4 p-4 outline-none sm:gap-6 xl:p-6"
      >
        {children}
      </main>
    </div>
  );
}
