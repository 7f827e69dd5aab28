import { t } from "@lingui/core/macro";
import { Hash } from "lucide-react";
import { useAnswer } from "@/api/use-answer";
import { useRows } from "@/api/use-rows";
import { PageControls } from "@/components/controls/page-controls";
import { PageHead } from "@/components/layout/page-head";
import { TabPanel, Tabs, useTab } from "@/components/ui/tabs";
import { useScope } from "@/lib/scope";
import { useView } from "@/lib/view";
import { type ContentKind, KINDS, ownOf, type Terms, usageOf } from "./queries";
import { TermsCard } from "./terms-card";
import { UsageCard } from "./usage-card";
import { useContentView } from "./use-content-view";

const SIZE = 15;
const rowsOf = (page: Terms) => page.rows;
const totalOf = (page: Terms) => page.total;

/** What people write of, with which emoji and hashtags, where links lead, and which files are shared. */
export function ContentPage() {
  const tabs: { id: ContentKind; title: string }[] = KINDS.map((id) => ({
    id,
    title: { topics: t`Topics`, emoji: t`Emoji`, hashtags: t`Hashtags`, links: t`Links`, files: t`Files` }[
      id
    ],
  }));
  const kind = useTab(tabs) as ContentKind;
  const [scope] = useScope();
  const view = useContentView(kind);
  const list = useRows(`content/${kind}`, scope, ownOf(kind, view), {
    rows: rowsOf,
    total: totalOf,
    size: SIZE,
  });
  const [asked, setAsked] = useView("term");
  // A term belongs to its tab: that of another one is none.
  const own = asked?.startsWith(`${kind}:`) ? asked.slice(kind.length + 1) : undefined;
  const term = own ?? (list.answer.isStale ? undefined : list.rows[0]?.name);
  const usage = useAnswer(usageOf(kind, scope, view, term ?? ""), term !== undefined);
  return (
    <>
      <PageHead
        title={t`Content`}
        icon={Hash}
        subtitle={t`Private channels and conversations are left out, unless the settings say otherwise.`}
      >
        <PageControls meta={list.answer.data?.meta} />
      </PageHead>
      <Tabs label={t`Content`} tabs={tabs} />
      <TabPanel className="grid grid-cols-1 gap-4 lg:grid-cols-12">
        <TermsCard
          key={kind}
          kind={kind}
          title={tabs.find((tab) => tab.id === kind)?.title ?? ""}
          view={view}
          list={list}
          chosen={term}
          onChoose={(name) => setAsked(`${kind}:${name}`)}
        />
        {term !== undefined && <UsageCard kind={kind} view={view} term={term} answer={usage} />}
      </TabPanel>
    </>
  );
}
