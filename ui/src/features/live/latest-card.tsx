import { plural, t } from "@lingui/core/macro";
import { ArrowUp } from "lucide-react";
import { useState } from "react";
import type { EventRow } from "@/api/event";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { EventLine } from "@/components/events/event-line";
import { Button } from "@/components/ui/button";
import { useFormat } from "@/lib/use-format";
import { countNew } from "./model";
import type { Realtime } from "./queries";

/** The latest events, newest on top. While somebody points at the list or is in it, it stays as it is. */
export function LatestCard({ answer }: { answer: Answer<Realtime> }) {
  const format = useFormat();
  const latest = (answer.data?.latest ?? []) as unknown as EventRow[];
  const [held, setHeld] = useState<EventRow[] | null>(null);
  const shown = held ?? latest;
  const count = held ? countNew(latest, held) : 0;
  const hold = () => setHeld((old) => old ?? latest);
  const release = () => setHeld(null);
  return (
    <Card
      id="latest"
      title={t`Latest events`}
      answer={answer}
      table="latest"
      height={320}
      className="lg:col-span-12"
      tools={
        count > 0 && (
          <Button size="small" className="me-1" onClick={() => setHeld(latest)}>
            <ArrowUp aria-hidden="true" />
            {t`${count} new`}
          </Button>
        )
      }
      content={() => ({
        caption: held
          ? t`Held while you are in the list.`
          : plural(latest.length, {
              one: "The last event of this hour.",
              other: "The last # events of this hour.",
            }),
        empty:
          shown.length === 0
            ? {
                title: t`Nothing happened in the last 60 minutes`,
                text: t`What happens next is here at once.`,
              }
            : undefined,
        body: (
          // biome-ignore lint/a11y/noStaticElementInteractions: pointing at the list holds it, and so does being in it
          <div
            onPointerEnter={hold}
            onPointerLeave={release}
            onFocus={hold}
            onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && release()}
            className="divide-border -mx-2 divide-y px-2"
          >
            {shown.map((event) => (
              <EventLine key={event.eventId} event={event} time={format.clock(event.timestamp)} />
            ))}
          </div>
        ),
      })}
    />
  );
}
