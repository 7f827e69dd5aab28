import { plural, t } from "@lingui/core/macro";
import type { ReactNode } from "react";
import { Change } from "@/components/card/change";
import { PageLink } from "@/components/layout/page-link";
import { pageOf } from "@/components/layout/pages";
import { channelTitle } from "@/lib/channel-title";
import { type Drill, useDrill } from "@/lib/drill";
import { useFormat } from "@/lib/use-format";
import { type Mover, moversOf } from "./model";
import type { Channels, Dashboard } from "./queries";

const CLAUSE =
  "text-foreground decoration-border hover:decoration-primary font-semibold underline decoration-2 underline-offset-[5px]";

export interface LedeProps {
  dashboard: Dashboard;
  channels: Channels | undefined;
  /** How many messages of the span have no answer. */
  unanswered: number | undefined;
}

/** The answer first: what changed, in words. Each clause leads to what it is about. */
export function Lede({ dashboard, channels, unanswered }: LedeProps) {
  const format = useFormat();
  const { from, to } = dashboard.meta;
  const messages = format.figure(dashboard.totalMessages);
  const people = format.figure(dashboard.activeUsers);
  const { trends, meta } = dashboard;
  const isCompared = meta.previousFrom != null;
  const percent = (name: "messages" | "activeUsers") =>
    isCompared ? (trends[name]?.changePercent ?? null) : undefined;
  const span = { from, to };
  return (
    <p className="text-muted max-w-[68ch] text-base/[25px] text-pretty sm:text-xl/[30px] sm:tracking-tight">
      <span className="whitespace-nowrap">
        <Clause drill={{ kind: "messages", ...span }}>{t`${messages} messages`}</Clause>{" "}
        <Change percent={percent("messages")} />
      </span>{" "}
      {t`by`}{" "}
      <span className="whitespace-nowrap">
        <Clause drill={{ kind: "people", ...span }}>{t`${people} people`}</Clause>
        {isCompared && " "}
        <Change percent={percent("activeUsers")} />.
      </span>{" "}
      {moversOf(channels?.channels ?? []).map((mover) => (
        <MoverClause key={mover.id} mover={mover} span={span} />
      ))}
      {unanswered !== undefined && unanswered > 0 && (
        <>
          <Clause drill={{ kind: "unanswered", ...span }}>
            {plural(unanswered, { one: "# message", other: "# messages" })}
          </Clause>{" "}
          {plural(unanswered, { one: "waits for an answer.", other: "wait for an answer." })}
        </>
      )}
    </p>
  );
}

/** A channel and how it changed: "#incidents doubled." */
function MoverClause({ mover, span }: { mover: Mover; span: { from: string; to: string } }) {
  const format = useFormat();
  const { id, name, percent } = mover;
  const share = format.percent(Math.abs(percent), false, 0);
  const words =
    percent >= 90 && percent < 115
      ? t`doubled.`
      : percent > 0
        ? t`wrote ${share} more.`
        : t`wrote ${share} less.`;
  const title = channelTitle(name);
  return (
    <>
      {pageOf("/channels") ? (
        <PageLink to="/channels/$id" params={{ id }} className={CLAUSE}>
          {title}
        </PageLink>
      ) : (
        <Clause drill={{ kind: "messages", ...span, own: { channelId: id } }}>{title}</Clause>
      )}{" "}
      {words}{" "}
    </>
  );
}

function Clause({ drill, children }: { drill: Drill; children: ReactNode }) {
  const [, open] = useDrill();
  return (
    <button type="button" className={CLAUSE} onClick={() => open(drill)}>
      {children}
    </button>
  );
}
