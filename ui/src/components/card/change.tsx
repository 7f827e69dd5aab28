import { t } from "@lingui/core/macro";
import { cn } from "@/lib/cn";
import { useFormat } from "@/lib/use-format";

export interface ChangeProps {
  /** In percent; `null` where the other span had none. */
  percent: number | null | undefined;
  /** Whether more is better; without it the change has no colour. */
  better?: "up" | "down" | undefined;
  /** The span that it is compared with, in words. */
  against?: string | undefined;
}

/** How much more or less than before: a sign, a shape and words, and a colour only where more is better or worse. */
export function Change({ percent, better, against }: ChangeProps) {
  const format = useFormat();
  if (percent === undefined) return null;
  if (percent === null) return <span className="text-muted text-xs font-semibold">{t`new`}</span>;
  const direction = percent > 1 ? "up" : percent < -1 ? "down" : "flat";
  const isGood = direction === better;
  const number = format.percent(Math.abs(percent));
  const spoken =
    direction === "flat" ? t`about the same` : direction === "up" ? t`up ${number}` : t`down ${number}`;
  return (
    <span
      className={cn(
        "inline-flex items-baseline gap-1 text-xs font-semibold whitespace-nowrap",
        direction === "flat" || !better ? "text-muted" : isGood ? "text-good" : "text-bad",
      )}
    >
      <span aria-hidden="true">
        {direction === "up" ? "▲" : direction === "down" ? "▼" : "▬"} {format.percent(percent, true)}
      </span>
      <span className="sr-only">{against ? t`${spoken} against ${against}` : spoken}</span>
    </span>
  );
}
