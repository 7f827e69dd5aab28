import { t } from "@lingui/core/macro";
import { CalendarDays, ListFilter } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { PlainDate } from "@/lib/plain-date";
import type { Scope } from "@/lib/url-state";
import { useFormat } from "@/lib/use-format";

export interface FixedScopeProps {
  scope: Scope;
  /** The first and the last day. */
  days: [PlainDate, PlainDate] | undefined;
}

/** What a shared page is about, in the place of the controls. */
export function FixedScope({ scope, days }: FixedScopeProps) {
  const format = useFormat();
  const { channelId, userId, segment, filter } = scope;
  const narrowed = [
    filter,
    channelId && t`channel ${channelId}`,
    userId && t`person ${userId}`,
    segment && t`segment ${segment}`,
  ].filter((part) => part !== undefined && part !== "");
  return (
    <ul className="flex flex-wrap gap-2 sm:ms-auto" aria-label={t`What this page is about`}>
      {days && (
        <li className="text-muted flex items-center gap-1.5">
          <CalendarDays aria-hidden="true" className="size-4" />
          {format.days(...days)}
        </li>
      )}
      {narrowed.map((part) => (
        <li key={part} className="flex items-center gap-1.5">
          <ListFilter aria-hidden="true" className="text-muted size-4" />
          <Badge>{part}</Badge>
        </li>
      ))}
    </ul>
  );
}
