import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { sessionQuery } from "@/api/session";
import { statusQuery } from "@/api/status";
import { Skeleton } from "@/components/card/skeleton";
import { CrosshairProvider } from "@/components/charts/crosshair";
import { ToSignIn } from "@/components/session/to-sign-in";
import { Sheet } from "@/components/ui/sheet";
import { ToastProvider } from "@/components/ui/toast";
import { useDrill } from "@/lib/drill";
import { useKey, useKeyListener } from "@/lib/keys";
import { useAddress, useScope } from "@/lib/scope";
import { FormatProvider } from "@/lib/use-format";
import { useMedia } from "@/lib/use-size";
import { CrumbProvider } from "./crumb";
import { EmbedFrame, PageTabs } from "./embed-frame";
import { FirstRun } from "./first-run";
import { Header } from "./header";
import { KeyList } from "./key-list";
import { PageKeys } from "./page-keys";
import { Navigation, Sidebar } from "./sidebar";

const RAIL = "nchat-analytics-rail";

/** The frame of every page: navigation beside the content, and the header above. */
export function AppShell() {
  const [isRailChosen, setRailChosen] = useState(() => localStorage.getItem(RAIL) === "1");
  const [isSheetOpen, setSheetOpen] = useState(false);
  const isWide = useMedia("(min-width: 1280px)");
  const toggle = () => {
    localStorage.setItem(RAIL, isRailChosen ? "0" : "1");
    setRailChosen(!isRailChosen);
  };
  useKeyListener();
  useKey("[", t`Sidebar`, toggle);
  if (useAddress()["embed"] === "1") {
    return (
      <CrumbProvider>
        <ToastProvider>
          <EmbedFrame tabs={<PageTabs />}>
            <Formats />
          </EmbedFrame>
        </ToastProvider>
      </CrumbProvider>
    );
  }
  return (
    <CrumbProvider>
      <ToastProvider>
        <PageKeys />
        <KeyList />
        <a
          href="#main"
          className="bg-card rounded-control sr-only z-50 p-3 font-medium focus:not-sr-only focus:fixed focus:start-2 focus:top-2"
        >
          {t`Skip to content`}
        </a>
        <div className="flex min-h-screen">
          <Sidebar isRail={!isWide || isRailChosen} onToggle={isWide ? toggle : undefined} />
          <Sheet isOpen={isSheetOpen} onOpenChange={setSheetOpen} title={t`Analytics`} side="start">
            <Navigation isRail={false} onFollow={() => setSheetOpen(false)} />
          </Sheet>
          <div className="flex min-w-0 flex-1 flex-col">
            <Header onNavigation={() => setSheetOpen(true)} />
            <main
              id="main"
              tabIndex={-1}
              className="flex w-full max-w-[1728px] min-w-0 flex-col gap-4 p-4 outline-none sm:gap-6 xl:p-6 min-[2560px]:max-w-[2248px]"
            >
              <Formats />
            </main>
          </div>
        </div>
      </ToastProvider>
    </CrumbProvider>
  );
}

/** The page, with the formats of the zone that it is asked in: that of the address, else the reporting one. */
function Formats() {
  const [scope] = useScope();
  const status = useQuery(statusQuery);
  const [opened] = useState(() => new Date().toISOString());
  const isSignedOut = useQuery(sessionQuery).data === null;
  // Nothing is here yet that a dialog could stand over.
  if (isSignedOut && !status.data) return <ToSignIn />;
  if (status.isPending) return <Skeleton />;
  return (
    <FormatProvider zone={scope.tz ?? status.data?.timezone ?? "UTC"} asOf={scope.asOf ?? opened}>
      <FirstRun />
      <CrosshairProvider>
        <Outlet />
      </CrosshairProvider>
      <Drawer />
      {isSignedOut && (
        <Suspense>
          <SignInDialog />
        </Suspense>
      )}
    </FormatProvider>
  );
}

const SignInDialog = lazy(async () => ({
  default: (await import("@/components/session/sign-in-dialog")).SignInDialog,
}));

const DrillDrawer = lazy(async () => ({
  default: (await import("@/components/drill/drill-drawer")).DrillDrawer,
}));

/** The list behind a mark; its code comes when the first one is opened. */
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
