import { t } from "@lingui/core/macro";
import { useState } from "react";
import type { Answer } from "@/api/use-answer";
import { Definition } from "@/components/card/definition";
import { useFormat } from "@/lib/use-format";
import type { Dashboard } from "./queries";

/** Who is active by rolling windows, to the second; charts have calendar days. */
export function RollingStrip({ answer }: { answer: Answer<Dashboard> }) {
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  if (!answer.data) return null;
  const { active, stickiness, meta } = answer.data;
  const items: [string, number][] = [
    [t`online`, active.online],
    [t`last hour`, active.hourly],
    [t`24 hours`, active.daily],
    [t`7 days`, active.weekly],
    [t`30 days`, active.monthly],
    [t`365 days`, active.yearly],
  ];
  return (
    <section
      aria-label={t`Active people, rolling`}
      className="border-border bg-card rounded-card flex items-center gap-x-6 gap-y-2 overflow-x-auto border px-4 py-3 shadow-xs [scrollbar-width:none] max-sm:[&>*]:shrink-0 sm:flex-wrap sm:px-5 dark:shadow-none"
    >
      <h2 className="text-muted flex items-center text-sm font-medium">
        {t`Active people, rolling`}
        <Definition
          title={t`Active people, rolling`}
          meta={meta}
          metrics={["activeUsers"]}
          asked={answer.asked}
          isOpen={isOpen}
          onOpenChange={setOpen}
        />
      </h2>
      {items.map(([name, value], place) => (
        <p key={name} className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
          {place === 0 && value > 0 && (
            <span aria-hidden="true" className="bg-good size-2 self-center rounded-full" />
          )}
          <b className="text-base font-semibold">{format.figure(value)}</b>
          <span className="text-muted text-xs">{name}</span>
        </p>
      ))}
      {stickiness != null && (
        <p className="ms-auto inline-flex items-baseline gap-1.5 whitespace-nowrap">
          <b className="text-base font-semibold">{format.percent(stickiness * 100)}</b>
          <span className="text-muted text-xs">{t`stickiness`}</span>
        </p>
      )}
    </section>
  );
}
