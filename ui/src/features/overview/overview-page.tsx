import { t } from "@lingui/core/macro";
import { LayoutDashboard } from "lucide-react";
import { useAnswer } from "@/api/use-answer";
import { PeriodControl } from "@/components/controls/period-control";
import { PageHead } from "@/components/layout/page-head";
import { daysOf } from "@/lib/format";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { ActivityCard } from "./activity-card";
import { CareCard } from "./care-card";
import { Figures, RollingStrip } from "./figures";
import { HoursCard } from "./hours-card";
import { Lede } from "./lede";
import { ChannelsCard, PeopleCard } from "./list-cards";
import { overviewQueries } from "./queries";

/** How the chat is, what changed, and where to look next. */
export function OverviewPage() {
  const [scope, change] = useScope();
  const format = useFormat();
  const dashboard = useAnswer(overviewQueries.dashboard(scope));
  const messages = useAnswer(overviewQueries.messages(scope));
  const channels = useAnswer(overviewQueries.channels(scope));
  const people = useAnswer(overviewQueries.people(scope));
  const meta = dashboard.data?.meta;
  const days = meta && daysOf(meta.from, meta.to, meta.timezone);
  const resolved = days && meta ? `${format.days(...days)} · ${format.zone(meta.asOf)}` : "";
  return (
    <>
      <PageHead title={t`Overview`} icon={LayoutDashboard}>
        <div className="ms-auto flex flex-wrap gap-2">
          <PeriodControl scope={scope} days={days} resolved={resolved} onChange={change} />
        </div>
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
