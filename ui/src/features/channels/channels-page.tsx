import { t } from "@lingui/core/macro";
import { Hash } from "lucide-react";
import { useAnswer } from "@/api/use-answer";
import { PageControls } from "@/components/controls/page-controls";
import { PageHead } from "@/components/layout/page-head";
import { TabPanel, Tabs, useTab } from "@/components/ui/tabs";
import { useScope } from "@/lib/scope";
import { CareLede } from "./care-lede";
import { CareTab } from "./care-tab";
import { ChannelsLede } from "./channels-lede";
import { GridTab } from "./grid-tab";
import { GrowthTab } from "./growth-tab";
import { HoursTab } from "./hours-tab";
import { ListTab } from "./list-tab";
import { channelsQueries } from "./queries";
import { ResponseTab } from "./response-tab";
import { SpreadTab } from "./spread-tab";

/** Where people write, which channels grow, and which need somebody. */
export function ChannelsPage() {
  const [scope] = useScope();
  const all = useAnswer(channelsQueries.all(scope));
  const tabs = [
    { id: "grid", title: t`Grid`, Part: GridTab },
    { id: "list", title: t`List`, Part: ListTab },
    { id: "growth", title: t`Growth`, Part: GrowthTab },
    { id: "spread", title: t`Spread`, Part: SpreadTab },
    { id: "hours", title: t`Hours`, Part: HoursTab },
    { id: "response", title: t`Response`, Part: ResponseTab },
    { id: "care", title: t`Care`, Part: CareTab },
  ];
  const tab = useTab(tabs);
  const Part = tabs.find((one) => one.id === tab)?.Part ?? GridTab;
  return (
    <>
      <PageHead title={t`Channels`} icon={Hash}>
        <PageControls meta={all.data?.meta} />
      </PageHead>
      {tab === "care" ? <CareLede /> : <ChannelsLede />}
      <Tabs label={t`Channels`} tabs={tabs} />
      <TabPanel>
        <Part />
      </TabPanel>
    </>
  );
}
