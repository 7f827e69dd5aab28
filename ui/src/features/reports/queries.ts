import { type AnswerOf, answers } from "@/api/answers";
import { change } from "@/api/change";
import { API_PREFIX } from "@/api/client";
import { DEFAULT_SCOPE } from "@/lib/url-state";

export type Report = AnswerOf<"reports">["reports"][number];
export type ReportRun = AnswerOf<"reports/{id}/runs">["runs"][number];

/** What a report can hold: names of the API. */
export const CONTENTS = [
  "activeUsers",
  "messageVolume",
  "channelGrowth",
  "engagement",
  "retention",
  "lifecycle",
  "responseTimes",
] as const;

export const reportsQuery = () => answers("reports", DEFAULT_SCOPE);
export const templatesQuery = () => answers("reports/templates", DEFAULT_SCOPE);
export const runsQuery = (id: string) => answers("reports/{id}/runs", DEFAULT_SCOPE, { id });

export interface NewReport {
  name: string;
  metrics: string[];
  period: string;
  format: string;
  schedule?: string;
  recipients?: string[];
}

const pathOf = (id: string) => `reports/${encodeURIComponent(id)}`;

/** The address of a report as it would be made now. */
export const previewOf = (id: string) => `${API_PREFIX}/${pathOf(id)}/preview`;
/** The address of the file of a run. */
export const fileOf = (id: string, run: string) =>
  `${API_PREFIX}/${pathOf(id)}/runs/${encodeURIComponent(run)}/file`;

export const createReport = (report: NewReport) => change<Report>("POST", "reports", report);
export const deleteReport = (id: string) => change("DELETE", pathOf(id));
/** Makes a report once and sends it to these addresses; to nobody it is only made. */
export const testReport = (id: string, recipients: string[]) =>
  change<ReportRun>("POST", `${pathOf(id)}/test`, { recipients });
/** Makes a report at its times, or no more; nothing else of it is changed. */
export const setStatus = (report: Report, status: "active" | "paused") =>
  change<Report>(
    "PUT",
    pathOf(report.id),
    {
      name: report.name,
      metrics: report.metrics,
      period: report.period,
      format: report.format,
      schedule: report.schedule,
      recipients: report.recipients,
      status,
    },
    { "if-match": `"${report.version}"` },
  );
