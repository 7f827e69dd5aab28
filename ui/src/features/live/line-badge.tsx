import { t } from "@lingui/core/macro";
import { Check, CircleDot, Pause, TriangleAlert } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { ago } from "@/lib/format";
import { useFormat } from "@/lib/use-format";
import type { LineState } from "./model";

/** How the line to the service is, and how long ago something happened. */
export function LineBadge({
  state,
  at,
  lastEvent,
}: {
  state: LineState;
  at: number;
  lastEvent: string | undefined;
}) {
  const format = useFormat();
  const now = useNow();
  const age = ago(format.locale, (now - at) / 1_000);
  const since = lastEvent ? ago(format.locale, Math.max(0, now - Date.parse(lastEvent)) / 1_000) : "";
  const looks = {
    connected: { look: "good", icon: Check, text: t`connected` },
    paused: { look: "plain", icon: Pause, text: t`paused` },
    still: { look: "plain", icon: CircleDot, text: t`stands at a moment` },
    broken: { look: "bad", icon: TriangleAlert, text: t`not reached, trying again` },
  } as const;
  const { look, icon: Icon, text } = looks[state];
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Badge look={look}>
        <Icon aria-hidden="true" /> {text}
      </Badge>
      <span className="text-muted text-xs">
        {at > 0 &&
          (state === "broken" ? t`shown: ${age}` : since ? t`last event ${since}` : t`no event in this hour`)}
      </span>
    </span>
  );
}

const TICK_MS = 5_000;

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const SPOKEN_MS = 30_000;

/** Reads a changing sentence aloud, at most every 30 seconds. */
export function Spoken({ text }: { text: string }) {
  const [spoken, setSpoken] = useState("");
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    const timer = setInterval(() => setSpoken(latest.current), SPOKEN_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <p aria-live="polite" className="sr-only">
      {spoken}
    </p>
  );
}
