import { t } from "@lingui/core/macro";
import { LayoutDashboard } from "lucide-react";
import { useAnswer } from "@/api/use-answer";
import { PageControls } from "@/components/controls/page-controls";
import { PageHead } from "@/components/layout/page-head";
import { useScope } from "@/lib/scope";
import { ActivityCard } from "./activity-card";
import { CareCard } from "./care-card";
import { Figures, RollingStrip } from "./figures";
import { HoursCard } from "./hours-card";
import { Lede } from "./lede";
import { ChannelsCard, PeopleCard } from "./list-cards";
import { overviewQueries } from "./queries";

/** How the chat is, what changed, and where to look next. */
export function OverviewPage() {
  const [scope] = useScope();
  const dashboard = useAnswer(overviewQueries.dashboard(scope));
  const messages = useAnswer(overviewQueries.messages(scope));
  const channels = useAnswer(overviewQueries.channels(scope));
  const people = useAnswer(overviewQueries.people(scope));
  return (
    <>
      <PageHead title={t`Overview`} icon={LayoutDashboard}>
        <PageControls meta={dashboard.data?.meta} />
      </PageHead>
      {dashboard.data && <Lede dashboard={dashboard.data} channels={channels.data} />}
      <div className="flex flex-col gap-4">
        <Figures answer={dashboard} />
        {dashboard.data && <RollingStrip dashboard={dashboard.data} />}
        <div className="grid grid-cols-1 gap-4 lg:grid-cols-12">
          <ActivityCard answer={dashboard} />
          <CareCard scope={scope} />
          <ChannelsCard answer={channels} />
          <PeopleCard answer={people} />
          <HoursCard answer={messages} />
        </div>
      </div>
    </>
  );
}
