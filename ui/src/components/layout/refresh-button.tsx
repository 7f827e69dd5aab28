import { t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useEffect, useState } from "react";
import { buttonClass } from "@/components/ui/button";
import { cn } from "@/lib/cn";
import { ago } from "@/lib/format";
import { useKey } from "@/lib/keys";

const TICK_MS = 15_000;

/** How old the oldest answer of the page is; asks again for all of them. */
export function RefreshButton() {
  const queries = useQueryClient();
  const { i18n } = useLingui();
  const isFetching = useIsFetching({ type: "active" }) > 0;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const times = queries
    .getQueryCache()
    .findAll({ type: "active" })
    .filter((query) => query.meta?.["isAnswer"] === true && query.state.dataUpdatedAt > 0)
    .map((query) => query.state.dataUpdatedAt);
  const refresh = () => {
    setNow(Date.now());
    void queries.refetchQueries({ type: "active" });
  };
  useKey("r", t`Refresh`, refresh);
  if (times.length === 0) return null;
  const age = ago(i18n.locale, Math.max(0, now - Math.min(...times)) / 1_000);
  return (
    <button
      type="button"
      className={cn(buttonClass("ghost"), "px-2.5")}
      aria-label={t`Refresh, the oldest answer is from ${age}`}
      title={t`Refresh`}
      onClick={refresh}
    >
      <RefreshCw aria-hidden="true" className={cn(isFetching && "animate-spin")} />
      <span className="hidden sm:inline">{age}</span>
    </button>
  );
}
