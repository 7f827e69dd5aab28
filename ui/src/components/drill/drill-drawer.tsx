import { t } from "@lingui/core/macro";
import { ChevronLeft, ChevronRight } from "lucide-react";
import type { ComponentType } from "react";
import { IconButton } from "@/components/ui/button";
import { Sheet } from "@/components/ui/sheet";
import { cn } from "@/lib/cn";
import { type Drill, type DrillKind, useDrill } from "@/lib/drill";
import { daysOf } from "@/lib/format";
import { addDays, parseDate } from "@/lib/plain-date";
import { useFormat } from "@/lib/use-format";
import { DrillChannels } from "./drill-channels";
import { DrillEvents } from "./drill-events";
import { DrillNewcomers } from "./drill-newcomers";
import { DrillPeople } from "./drill-people";
import { moveDrill } from "./drill-scope";
import { DrillUnanswered } from "./drill-unanswered";

/** Lists that are not of events. */
const LISTS: Partial<Record<DrillKind, ComponentType<{ drill: Drill }>>> = {
  people: DrillPeople,
  channels: DrillChannels,
  unanswered: DrillUnanswered,
  newcomers: DrillNewcomers,
};

/** The drawer of the address: the list behind a mark of a chart. */
export function DrillDrawer() {
  const [drill, open] = useDrill();
  const title = useSpanTitle(drill);
  if (!drill) return null;
  const [earlier, later] = [moveDrill(drill, -1), moveDrill(drill, 1)];
  const List = LISTS[drill.kind] ?? DrillEvents;
  return (
    <Sheet
      isOpen
      onOpenChange={(isOpen) => !isOpen && open(null)}
      side="end"
      title={
        <span className={cn("flex items-center gap-1", earlier && "-ms-2")}>
          {earlier && (
            <IconButton size="small" label={t`Earlier`} onClick={() => open(earlier)}>
              <ChevronLeft aria-hidden="true" />
            </IconButton>
          )}
          <span className={cn(earlier && "px-1")}>{title}</span>
          {later && (
            <IconButton size="small" label={t`Later`} onClick={() => open(later)}>
              <ChevronRight aria-hidden="true" />
            </IconButton>
          )}
        </span>
      }
    >
      <List drill={drill} />
    </Sheet>
  );
}

/** Returns a span in words: one day, several, or hours of a day. */
function useSpanTitle(drill: Drill | undefined): string {
  const format = useFormat();
  if (!drill) return "";
  const [from, to] = [parseDate(drill.from), parseDate(drill.to)];
  if (from && to) {
    const last = addDays(to, -1);
    return from >= last ? format.day(from) : format.days(from, last);
  }
  const days = daysOf(drill.from, drill.to, format.timezone);
  if (!days) return drill.from;
  const [first, last] = days;
  if (first !== last) return format.days(first, last);
  return `${format.day(first)}, ${format.time(drill.from)}–${format.time(drill.to)}`;
}
