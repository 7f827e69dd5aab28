import { t } from "@lingui/core/macro";
import { Pause, Play, Radio } from "lucide-react";
import { useState } from "react";
import type { EventRow } from "@/api/event";
import { useAnswer } from "@/api/use-answer";
import { FigureStrip } from "@/components/card/panel";
import { PageHead } from "@/components/layout/page-head";
import { Button } from "@/components/ui/button";
import { Key } from "@/components/ui/menu";
import { useKey } from "@/lib/keys";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { ChannelsCard } from "./channels-card";
import { LatestCard } from "./latest-card";
import { LineBadge, Spoken } from "./line-badge";
import { MinutesCard } from "./minutes-card";
import { lineState } from "./model";
import { realtimeQuery } from "./queries";

/** What happens now. */
export function LivePage() {
  const format = useFormat();
  const [scope] = useScope();
  const [isPaused, setPaused] = useState(false);
  const live = useAnswer(realtimeQuery(scope, isPaused));
  const toggle = () => setPaused((paused) => !paused);
  useKey(" ", isPaused ? t`Go on` : t`Pause`, toggle);
  const { data } = live;
  const isStill = scope.asOf !== undefined;
  const state = lineState({ isPaused, isStill, hasError: live.error !== null });
  const [newest] = (data?.latest ?? []) as unknown as EventRow[];
  const number = (value: number | undefined) => (value === undefined ? "–" : format.figure(value));
  const online = number(data?.online);
  const hour = number(data?.activeUsers);
  const messages = number(data?.messages);
  return (
    <>
      <PageHead title={t`Live`} icon={Radio}>
        <div className="ms-auto flex flex-wrap items-center justify-end gap-3">
          <LineBadge state={state} at={live.at} lastEvent={newest?.timestamp} />
          {!isStill && (
            <Button onClick={toggle} aria-pressed={isPaused}>
              {isPaused ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
              {isPaused ? t`Go on` : t`Pause`}
              <span className="hidden sm:inline">
                <Key>{t`space`}</Key>
              </span>
            </Button>
          )}
        </div>
      </PageHead>
      <FigureStrip
        label={t`Now`}
        items={[
          {
            name: t`people online`,
            value: (
              <span className="inline-flex items-center gap-2.5">
                <span
                  aria-hidden="true"
                  className={`size-2.5 rounded-full ${data?.online ? "bg-good" : "bg-control"}`}
                />
                {online}
              </span>
            ),
          },
          { name: t`people, last hour`, value: hour },
          { name: t`messages, last hour`, value: messages },
          { name: t`events, last hour`, value: number(data?.events) },
        ]}
      />
      <Spoken text={t`${online} online, ${messages} messages in the last hour`} />
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-12">
        <MinutesCard answer={live} />
        <ChannelsCard answer={live} />
        <LatestCard answer={live} />
      </div>
    </>
  );
}
