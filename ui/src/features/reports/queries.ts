import { type AnswerOf, answers } from "@/api/answers";
import { change } from "@/api/change";
import { DEFAULT_SCOPE } from "@/lib/url-state";

export type Report = AnswerOf<"reports">["reports"][number];

/** What a report can hold: names of the API. */
export const CONTENTS = ["activeUsers", "messageVolume", "channelGrowth", "engagement", "retention"] as const;

export const reportsQuery = () => answers("reports", DEFAULT_SCOPE);

export interface NewReport {
  name: string;
  metrics: string[];
  period: string;
  format: string;
  schedule?: string;
  recipients?: string[];
}

export const createReport = (report: NewReport) => change<Report>("POST", "reports", report);
export const deleteReport = (id: string) => change("DELETE", `reports/${encodeURIComponent(id)}`);
