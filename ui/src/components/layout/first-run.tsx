import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { Clock, Compass } from "lucide-react";
import { setupQuery } from "@/api/setup";
import { statusQuery } from "@/api/status";
import { buttonClass } from "@/components/ui/button";
import { Note } from "@/components/ui/note";
import { roughDuration } from "@/lib/rough-duration";
import { useFormat } from "@/lib/use-format";
import { PageLink } from "./page-link";

/** Over every page while there is no event at all: why it is empty, and what to do; else how far the chat's history is read. */
export function FirstRun() {
  const { data } = useQuery(statusQuery);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isReading = data?.source?.stage === "reading";
  const source = useQuery({ ...setupQuery, enabled: isReading }).data?.source;
  if (path === "/setup") return null;
  if (isReading && source?.percent != null)
    return <ReadingNote percent={source.percent} secondsLeft={source.secondsLeft} />;
  if (data?.events !== 0) return null;
  return (
    <Note
      icon={Compass}
      look="info"
      action={
        <PageLink to="/setup" className={buttonClass("primary", "small")}>
          {t`Set up`}
        </PageLink>
      }
    >
      {t`No event has come yet, so every page is empty.`}
    </Note>
  );
}

function ReadingNote({ percent, secondsLeft }: { percent: number; secondsLeft: number | null | undefined }) {
  const format = useFormat();
  const share = format.percent(percent, false, 0);
  const left = secondsLeft == null ? "" : roughDuration(secondsLeft, format);
  return (
    <Note icon={Clock} look="info">
      {left
        ? t`Reading the chat's history: ${share}, ${left} left.`
        : t`Reading the chat's history: ${share}.`}
    </Note>
  );
}
