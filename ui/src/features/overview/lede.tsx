import { t } from "@lingui/core/macro";
import { Change } from "@/components/card/change";
import { useFormat } from "@/lib/use-format";
import type { Channels, Dashboard } from "./queries";

/** The answer first: one sentence in words. */
export function Lede({ dashboard, channels }: { dashboard: Dashboard; channels: Channels | undefined }) {
  const format = useFormat();
  const messages = format.figure(dashboard.totalMessages);
  const people = format.figure(dashboard.activeUsers);
  const changes = dashboard.trends;
  const movers = (channels?.channels ?? [])
    .filter((row) => row.growthPercent != null && (row.previousMessageCount ?? 0) >= 20)
    .sort((one, other) => Math.abs(other.growthPercent ?? 0) - Math.abs(one.growthPercent ?? 0))
    .filter((row) => Math.abs(row.growthPercent ?? 0) >= 25)
    .slice(0, 2);
  return (
    <p className="text-muted max-w-[68ch] text-xl/8 tracking-tight text-pretty">
      <b className="text-foreground font-semibold">{t`${messages} messages`}</b>{" "}
      <Change percent={changes.messages?.changePercent} /> {t`by`}{" "}
      <b className="text-foreground font-semibold">{t`${people} people`}</b>{" "}
      <Change percent={changes.activeUsers?.changePercent} />.
      {movers.map((row) => {
        const share = format.percent(Math.abs(row.growthPercent ?? 0));
        return (
          <span key={row.channelId}>
            {" "}
            <b className="text-foreground font-semibold">#{row.name}</b>{" "}
            {(row.growthPercent ?? 0) > 0 ? t`wrote ${share} more.` : t`wrote ${share} less.`}
          </span>
        );
      })}
    </p>
  );
}
