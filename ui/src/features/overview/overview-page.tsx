import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { LayoutDashboard } from "lucide-react";
import { statusQuery } from "@/api/status";
import { useAnswer } from "@/api/use-answer";
import { PageControls } from "@/components/controls/page-controls";
import { PageHead } from "@/components/layout/page-head";
import { chartGrain } from "@/lib/chart-grain";
import { useScope } from "@/lib/scope";
import { useShared } from "@/lib/shared";
import { useFormat } from "@/lib/use-format";
import { ActivityCard } from "./activity-card";
import { CareCard } from "./care-card";
import { Figures } from "./figures";
import { HoursCard } from "./hours-card";
import { Lede } from "./lede";
import { ChannelsCard, PeopleCard } from "./list-cards";
import { overviewQueries } from "./queries";
import { RecentCard } from "./recent-card";
import { RollingStrip } from "./rolling-strip";

/** How the chat is, what changed, and where to look next. */
export function OverviewPage() {
  const [scope] = useScope();
  const shared = useShared();
  const { asOf } = useFormat();
  const status = useQuery(statusQuery);
  const groupBy = chartGrain(scope, { firstEvent: status.data?.firstEvent, now: asOf });
  const dashboard = useAnswer(overviewQueries.dashboard({ ...scope, groupBy }));
  const more = useAnswer(overviewQueries.more(scope, groupBy));
  const channels = useAnswer(overviewQueries.channels(scope));
  const unanswered = useAnswer(overviewQueries.unanswered(scope));
  return (
    <>
      <PageHead title={t`Overview`} icon={LayoutDashboard}>
        <PageControls meta={dashboard.data?.meta} />
      </PageHead>
      {dashboard.data && (
        <Lede dashboard={dashboard.data} channels={channels.data} unanswered={unanswered.data?.total} />
      )}
      <div className="flex flex-col gap-4">
        <Figures answer={dashboard} more={more} />
        <RollingStrip answer={dashboard} />
        <div className="grid grid-cols-1 gap-4 lg:grid-cols-12">
          <ActivityCard answer={dashboard} grain={groupBy} />
          <CareCard scope={scope} unanswered={unanswered} />
          <ChannelsCard answer={channels} />
          <PeopleCard scope={scope} isPlaced={dashboard.data !== undefined || dashboard.error !== null} />
          <HoursCard answer={channels} />
          {/* A link shows no events. */}
          {!shared && <RecentCard scope={scope} />}
        </div>
      </div>
    </>
  );
}
