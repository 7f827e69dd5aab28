import { plural, t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { FileText } from "lucide-react";
import { statusQuery } from "@/api/status";
import { useAnswer } from "@/api/use-answer";
import { Panel } from "@/components/card/panel";
import { EmptyState } from "@/components/card/states";
import { PageHead } from "@/components/layout/page-head";
import { useCanChange } from "@/components/session/use-can-change";
import { reportsQuery } from "./queries";
import { ReportEditor } from "./report-editor";
import { ReportItem } from "./report-item";

/** The reports that are kept: when they are made, and what became of that. */
export function ReportsPage() {
  const { data: status } = useQuery(statusQuery);
  const answer = useAnswer(reportsQuery());
  const canChange = useCanChange();
  const reports = answer.data?.reports ?? [];
  const zone = status?.timezone ?? "UTC";
  const timed = reports.filter((report) => report.schedule).length;
  const all = plural(reports.length, {
    0: "No report is kept yet.",
    one: "One report is kept.",
    other: "# reports are kept.",
  });
  const some = plural(timed, { one: "One has a set time.", other: "# have a set time." });
  return (
    <>
      <PageHead title={t`Reports`} icon={FileText}>
        {canChange && (
          <div className="ms-auto">
            <ReportEditor zone={zone} />
          </div>
        )}
      </PageHead>
      <Panel title={t`Kept reports`} answer={answer} caption={timed > 0 ? `${all} ${some}` : all}>
        {reports.length === 0 && <EmptyState empty={{ title: t`No reports` }} />}
        <ul className="divide-border divide-y">
          {reports.map((report) => (
            <ReportItem key={report.id} report={report} zone={zone} canChange={canChange} />
          ))}
        </ul>
      </Panel>
    </>
  );
}
