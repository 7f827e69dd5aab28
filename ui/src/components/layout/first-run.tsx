import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { statusQuery } from "@/api/status";
import { buttonClass } from "@/components/ui/button";
import { Note } from "@/components/ui/note";
import { PageLink } from "./page-link";

/** Over every page while there is no event at all: why it is empty, and what to do. */
export function FirstRun() {
  const { data } = useQuery(statusQuery);
  const path = useRouterState({ select: (state) => state.location.pathname });
  if (data?.events !== 0 || path === "/setup") return null;
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
