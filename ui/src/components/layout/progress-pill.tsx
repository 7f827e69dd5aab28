import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { LoaderCircle } from "lucide-react";
import { type Status, statusQuery } from "@/api/status";
import { PageLink } from "./page-link";

const POLL_MS = 5_000;

/** What of a history is on its way, in every header; nothing where everything is here. */
export function ProgressPill() {
  const { data } = useQuery({
    ...statusQuery,
    refetchInterval: ({ state }) => (isUnderWay(state.data) ? POLL_MS : false),
  });
  const path = useRouterState({ select: (state) => state.location.pathname });
  if (!data || !isUnderWay(data) || path === "/setup") return null;
  return (
    <PageLink
      to="/setup"
      className="bg-primary-soft text-primary inline-flex h-7 items-center gap-1.5 rounded-full px-2.5 text-xs font-medium whitespace-nowrap pointer-coarse:h-11"
    >
      <LoaderCircle aria-hidden="true" className="size-3.5 motion-safe:animate-spin" />
      <span className="sr-only sm:not-sr-only">
        <Words status={data} />
      </span>
    </PageLink>
  );
}

function Words({ status }: { status: Status }) {
  const percent = status.import?.percent ?? undefined;
  if (status.import?.state === "counted") return t`An import waits`;
  if (status.import) return percent === undefined ? t`Import` : t`Import ${percent} %`;
  return t`Reading the chat`;
}

/** Whether something of a history is on its way. */
function isUnderWay(status: Status | undefined): boolean {
  const stage = status?.source?.stage;
  return Boolean(status?.import) || stage === "starting" || stage === "reading";
}
