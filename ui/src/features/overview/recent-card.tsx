import { plural, t } from "@lingui/core/macro";
import { ChevronUp } from "lucide-react";
import { useRef, useState } from "react";
import type { EventRow } from "@/api/event";
import { useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { EventLine } from "@/components/events/event-line";
import { Button } from "@/components/ui/button";
import type { Scope } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";
import { useIsInView } from "@/lib/use-in-view";
import { byDay, newSince } from "./model";
import { overviewQueries } from "./queries";

/** What happened last, by day. New events are announced and come when they are asked for: rows do not move. */
export function RecentCard({ scope }: { scope: Scope }) {
  const format = useFormat();
  const place = useRef<HTMLDivElement>(null);
  const isSeen = useIsInView(place);
  const answer = useAnswer(overviewQueries.events(scope), isSeen);
  const latest = answer.data?.events as unknown as EventRow[] | undefined;
  // The list stays as it was when it was first seen, until somebody asks for what is new.
  const key = answer.asked.address;
  const [kept, setKept] = useState<{ key: string; events: EventRow[] }>();
  const events = kept?.key === key && !answer.isStale ? kept.events : latest;
  if (latest && !answer.isStale && kept?.key !== key) setKept({ key, events: latest });
  const fresh = events && latest ? newSince(events, latest) : 0;
  const isOver = scope.asOf !== undefined || scope.to !== undefined;
  return (
    <div ref={place} className="flex flex-col lg:col-span-6">
      <Card
        id="recent"
        title={t`Recent activity`}
        answer={answer}
        metrics={["events"]}
        height={320}
        className="flex-1"
        footnote={isOver ? undefined : t`every 30 s`}
        tools={
          fresh > 0 &&
          latest && (
            <Button size="small" className="me-1" onClick={() => setKept({ key, events: latest })}>
              <ChevronUp aria-hidden="true" />
              {plural(fresh, { one: "# new", other: "# new" })}
            </Button>
          )
        }
        content={({ meta }) => ({
          caption: t`Messages, reactions, files, calls, and who joined.`,
          empty: events?.length === 0 ? { title: t`Nothing happened in this time` } : undefined,
          body: (
            <div className="-mt-3">
              {byDay(events ?? [], (event) => format.dateOf(event.timestamp)).map(([date, rows]) => (
                <section key={date} aria-label={format.day(date)}>
                  <h3 className="mt-1 mb-1 text-xs font-semibold">
                    {dayName(date, format.dateOf(meta.asOf))}
                  </h3>
                  {rows.map((event) => (
                    <EventLine key={event.eventId} event={event} />
                  ))}
                </section>
              ))}
            </div>
          ),
        })}
      />
    </div>
  );

  function dayName(date: string, today: string): string {
    return date === today ? t`Today, ${format.day(date)}` : format.day(date);
  }
}
