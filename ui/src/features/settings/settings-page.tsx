import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { Lock, Settings2 } from "lucide-react";
import { sharesQuery } from "@/api/shares";
import { PageHead } from "@/components/layout/page-head";
import { useCanChange } from "@/components/session/use-can-change";
import { Note } from "@/components/ui/note";
import { TabPanel, Tabs, useTab } from "@/components/ui/tabs";
import { AnnotationsTab } from "./annotations-tab";
import { GeneralTab } from "./general-tab";
import { KeysTab } from "./keys-tab";
import { settingsQueries } from "./queries";
import { SegmentsTab } from "./segments-tab";
import { SharingTab } from "./sharing-tab";
import { SystemTab } from "./system-tab";

/** How the service is set up, and what is kept for all pages. */
export function SettingsPage() {
  const settings = useQuery(settingsQueries.settings());
  const keys = useQuery(settingsQueries.keys());
  const shares = useQuery(sharesQuery);
  const canChange = useCanChange();
  const tabs = [
    { id: "general", title: t`General` },
    ...(shares.data ? [{ id: "sharing", title: t`Sharing` }] : []),
    ...(keys.data ? [{ id: "keys", title: t`Keys` }] : []),
    { id: "segments", title: t`Segments` },
    { id: "annotations", title: t`Annotations` },
    { id: "system", title: t`System` },
  ];
  const tab = useTab(tabs);
  return (
    <>
      <PageHead title={t`Settings`} icon={Settings2} />
      <Tabs label={t`Settings`} tabs={tabs} />
      {!canChange && <Note icon={Lock}>{t`You may read this, and not change it.`}</Note>}
      <TabPanel>
        {tab === "general" && <GeneralTab settings={settings.data ?? null} />}
        {tab === "sharing" && shares.data && <SharingTab shares={shares.data.shares} />}
        {tab === "keys" && keys.data && <KeysTab keys={keys.data.keys} />}
        {tab === "segments" && <SegmentsTab />}
        {tab === "annotations" && <AnnotationsTab />}
        {tab === "system" && <SystemTab />}
      </TabPanel>
    </>
  );
}
