import { t } from "@lingui/core/macro";
import type { ReactNode } from "react";
import type { Meta } from "@/api/meta";
import { daysOf } from "@/lib/format";
import { useFormat } from "@/lib/use-format";

/** The answer first: a sentence above a page, and the days that it is about. */
export function PageLede({ children, meta }: { children: ReactNode; meta: Meta }) {
  const format = useFormat();
  const days = daysOf(meta.from, meta.to, meta.timezone);
  const { previousFrom, previousTo } = meta;
  const before = previousFrom && previousTo ? daysOf(previousFrom, previousTo, meta.timezone) : undefined;
  const against = before && format.days(...before);
  return (
    <div>
      <p className="text-muted [&_a]:decoration-border [&_b]:text-foreground [&_a:hover]:decoration-primary max-w-[62ch] text-lg/7 tracking-tight text-pretty sm:text-xl/8 [&_a]:underline [&_a]:underline-offset-4 [&_b]:font-semibold">
        {children}
      </p>
      {days && (
        <p className="text-muted mt-1 text-xs">
          {format.days(...days)}
          {against && t`, against ${against}`} · {format.zone(meta.asOf)}
        </p>
      )}
    </div>
  );
}
