import { t } from "@lingui/core/macro";
import { Waypoints } from "lucide-react";
import { useAnswer } from "@/api/use-answer";
import { PageControls } from "@/components/controls/page-controls";
import { PageHead } from "@/components/layout/page-head";
import { TabPanel, Tabs, useTab } from "@/components/ui/tabs";
import { useScope } from "@/lib/scope";
import { useShared } from "@/lib/shared";
import { useView } from "@/lib/view";
import { FlowTab } from "./flow-tab";
import { FunnelsTab } from "./funnels-tab";
import { journeysQueries } from "./queries";

/** What people do one after the other: where sessions go, and how far people come. */
export function JourneysPage() {
  const shared = useShared();
  const tabs = [{ id: "flow", title: t`Flow` }, ...(shared ? [] : [{ id: "funnels", title: t`Funnels` }])];
  const tab = useTab(tabs);
  const [scope] = useScope();
  const [start] = useView("start");
  const [end] = useView("end");
  const flow = useAnswer(journeysQueries.flow(scope, start, end));
  return (
    <>
      <PageHead title={t`Journeys`} icon={Waypoints}>
        <PageControls meta={flow.data?.meta} without={["compare"]} />
      </PageHead>
      <Tabs label={t`Journeys`} tabs={tabs} />
      <TabPanel className="grid grid-cols-1 gap-4 lg:grid-cols-12">
        {tab === "flow" ? <FlowTab answer={flow} /> : <FunnelsTab />}
      </TabPanel>
    </>
  );
}
