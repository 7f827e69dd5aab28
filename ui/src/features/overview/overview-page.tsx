import { t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { useQuery } from "@tanstack/react-query";
import { LayoutDashboard } from "lucide-react";
import { ErrorState } from "@/components/card/error-state";
import { Skeleton } from "@/components/card/skeleton";
import { PeriodControl } from "@/components/controls/period-control";
import { daysOf } from "@/lib/format";
import { useScope } from "@/lib/scope";
import type { Scope, ScopeChange } from "@/lib/url-state";
import { FormatProvider, useFormat } from "@/lib/use-format";
import { ActivityCard } from "./activity-card";
import { CareCard } from "./care-card";
import { Figures, RollingStrip } from "./figures";
import { HoursCard } from "./hours-card";
import { Lede } from "./lede";
import { ChannelsCard, PeopleCard } from "./list-cards";
import { type Dashboard, overviewQueries } from "./queries";

/** How the chat is, what changed, and where to look next. */
export function OverviewPage() {
  const [scope, change] = useScope();
  const dashboard = useQuery(overviewQueries.dashboard(scope));
  if (dashboard.data) {
    const { timezone, asOf } = dashboard.data.meta;
    return (
      <FormatProvider zone={timezone} asOf={asOf}>
        <Overview
          dashboard={dashboard.data}
          isStale={dashboard.isPlaceholderData}
          scope={scope}
          onChange={change}
        />
      </FormatProvider>
    );
  }
  return dashboard.error ? (
    <ErrorState error={dashboard.error} onRetry={() => void dashboard.refetch()} />
  ) : (
    <Skeleton />
  );
}

interface OverviewProps {
  dashboard: Dashboard;
  isStale: boolean;
  scope: Scope;
  onChange: (change: ScopeChange) => void;
}

function Overview({ dashboard, isStale, scope, onChange }: OverviewProps) {
  const format = useFormat();
  const { i18n } = useLingui();
  const messages = useQuery(overviewQueries.messages(scope));
  const channels = useQuery(overviewQueries.channels(scope));
  const people = useQuery(overviewQueries.people(scope));
  const { from, to, timezone, previousFrom, previousTo, asOf } = dashboard.meta;
  const days = daysOf(from, to, timezone);
  const before = previousFrom && previousTo ? daysOf(previousFrom, previousTo, timezone) : undefined;
  const against = before && format.days(...before);
  const resolved = days ? `${format.days(...days)} · ${format.zone(asOf)}` : "";
  return (
    <>
      <header className="flex flex-wrap items-center gap-3">
        <h1 className="flex items-center gap-3 text-3xl font-bold tracking-tight">
          <LayoutDashboard aria-hidden="true" className="text-primary size-8" />
          {t`Overview`}
        </h1>
        <div className="ms-auto flex flex-wrap gap-2">
          <PeriodControl scope={scope} days={days} resolved={resolved} onChange={onChange} />
        </div>
      </header>
      <Lede dashboard={dashboard} channels={channels.data} />
      <div className="flex flex-col gap-4">
        <Figures dashboard={dashboard} against={against} />
        <RollingStrip dashboard={dashboard} />
        <div className="grid grid-cols-1 gap-4 lg:grid-cols-12">
          <ActivityCard dashboard={dashboard} isStale={isStale} />
          <CareCard scope={scope} />
          {channels.data && <ChannelsCard answer={channels.data} isStale={channels.isPlaceholderData} />}
          {people.data && <PeopleCard answer={people.data} isStale={people.isPlaceholderData} />}
          {messages.data && (
            <HoursCard answer={messages.data} isStale={messages.isPlaceholderData} locale={i18n.locale} />
          )}
        </div>
      </div>
    </>
  );
}
