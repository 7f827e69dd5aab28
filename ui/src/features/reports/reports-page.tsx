import { plural, t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { FileText, Info } from "lucide-react";
import { statusQuery } from "@/api/status";
import { useAnswer } from "@/api/use-answer";
import { Panel } from "@/components/card/panel";
import { EmptyState } from "@/components/card/states";
import { PageHead } from "@/components/layout/page-head";
import { useCanChange } from "@/components/session/use-can-change";
import { Badge } from "@/components/ui/badge";
import { ConfirmButton } from "@/components/ui/confirm-button";
import { Note } from "@/components/ui/note";
import { dateIn } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";
import { deleteReport, reportsQuery } from "./queries";
import { ReportEditor } from "./report-editor";
import { useReportWords } from "./use-report-words";

/** The reports that are wanted. They are kept as drafts: nothing makes or sends them yet. */
export function ReportsPage() {
  const format = useFormat();
  const words = useReportWords();
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
      <Note icon={Info} look="info">
        {t`Reports are kept as drafts. The service does not make or send them yet; what they are about is on the pages, each card as a file.`}
      </Note>
      <Panel title={t`Kept reports`} answer={answer} caption={timed > 0 ? `${all} ${some}` : all}>
        {reports.length === 0 && <EmptyState empty={{ title: t`No reports` }} />}
        <ul className="divide-border divide-y">
          {reports.map((report) => {
            const when = words.schedule(report.schedule);
            const period = words.periods[report.period] ?? report.period;
            const made = format.shortDay(dateIn(report.createdAt, format.timezone));
            return (
              <li key={report.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
                <div className="min-w-0 flex-1 basis-64">
                  <p className="flex flex-wrap items-center gap-2 font-medium">
                    {report.name} <Badge>{report.status === "draft" ? t`draft` : report.status}</Badge>
                  </p>
                  <p>{report.metrics.map((metric) => words.contents[metric] ?? metric).join(", ")}</p>
                  <p className="text-muted text-xs">
                    {[period, words.formats[report.format] ?? report.format, when, zone].join(" · ")}
                  </p>
                  <p className="text-muted text-xs">
                    {report.recipients?.join(", ") ||
                      plural(report.recipientCount, {
                        0: "To nobody",
                        one: "To one address",
                        other: "To # addresses",
                      })}
                    {" · "}
                    {t`kept ${made}`}
                  </p>
                </div>
                {canChange && (
                  <ConfirmButton
                    verb={t`Delete`}
                    title={t`Delete ${report.name}`}
                    consequence={t`What is said of the report is deleted.`}
                    done={t`Report deleted`}
                    onConfirm={() => deleteReport(report.id)}
                  />
                )}
              </li>
            );
          })}
        </ul>
      </Panel>
    </>
  );
}
