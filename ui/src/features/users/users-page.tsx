import { t } from "@lingui/core/macro";
import { Users } from "lucide-react";
import { useAnswer } from "@/api/use-answer";
import { PageControls } from "@/components/controls/page-controls";
import { PageHead } from "@/components/layout/page-head";
import { TabPanel, Tabs, useTab } from "@/components/ui/tabs";
import { useScope } from "@/lib/scope";
import { AdoptionTab } from "./adoption-tab";
import { CohortsTab } from "./cohorts-tab";
import { LifecycleTab } from "./lifecycle-tab";
import { ListTab } from "./list-tab";
import { LoginsTab } from "./logins-tab";
import { PeopleLede } from "./people-lede";
import { usersQueries } from "./queries";
import { RetentionTab } from "./retention-tab";
import { RhythmTab } from "./rhythm-tab";

/** Who is here, who comes back, and who leaves. */
export function UsersPage() {
  const [scope] = useScope();
  const people = useAnswer(usersQueries.people(scope));
  const tabs = [
    { id: "list", title: t`List`, Part: ListTab },
    { id: "cohorts", title: t`Cohorts`, Part: CohortsTab },
    { id: "retention", title: t`Retention`, Part: RetentionTab },
    { id: "rhythm", title: t`Rhythm`, Part: RhythmTab },
    { id: "lifecycle", title: t`Lifecycle`, Part: LifecycleTab },
    { id: "adoption", title: t`Adoption`, Part: AdoptionTab },
    { id: "logins", title: t`Sign-ins`, Part: LoginsTab },
  ];
  const tab = useTab(tabs);
  const Part = tabs.find((one) => one.id === tab)?.Part ?? ListTab;
  return (
    <>
      <PageHead title={t`Users`} icon={Users}>
        <PageControls meta={people.data?.meta} />
      </PageHead>
      <PeopleLede />
      <Tabs label={t`Users`} tabs={tabs} />
      <TabPanel>
        <Part />
      </TabPanel>
    </>
  );
}
