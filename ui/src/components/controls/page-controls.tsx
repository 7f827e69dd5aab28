import type { Meta } from "@/api/meta";
import { daysOf } from "@/lib/format";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { PeriodControl } from "./period-control";

export interface PageControlsProps {
  /** Of the main answer of the page: the days that its span came to. */
  meta: Meta | undefined;
}

/** What all cards of a page are asked with: period, comparison, filters, zone. */
export function PageControls({ meta }: PageControlsProps) {
  const [scope, change] = useScope();
  const format = useFormat();
  const days = meta && daysOf(meta.from, meta.to, meta.timezone);
  const resolved = days && meta ? `${format.days(...days)} · ${format.zone(meta.asOf)}` : "";
  return (
    <div className="ms-auto flex flex-wrap gap-2">
      <PeriodControl scope={scope} days={days} resolved={resolved} onChange={change} />
    </div>
  );
}
