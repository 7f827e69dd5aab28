import { t } from "@lingui/core/macro";
import type { QueryAnswer } from "@/api/answers";
import { useFormat } from "@/lib/use-format";
import type { Asking } from "./asking";
import { largestRow } from "./model";
import type { Words } from "./use-words";

/** Returns what is to be said of an answer: the largest row, and the whole beside the span before. */
export function useCaption(asking: Asking, words: Words) {
  const format = useFormat();
  const [metric = ""] = asking.metrics;
  const split = [...(asking.groupBy ? ["time"] : []), ...asking.dimensions];
  return ({ rows, totals }: QueryAnswer): string => {
    const total = totals.values[metric];
    const title = words.metric(metric);
    const all = words.value(metric, total);
    const percent = totals.changePercent?.[metric];
    const change = percent == null ? "" : format.percent(percent, true);
    const whole = change
      ? t`${title}: ${all} in the whole span, ${change} against the span before.`
      : t`${title}: ${all} in the whole span.`;
    const most = largestRow(rows, metric, total, words.adds(metric));
    if (!most || split.length === 0) return whole;
    const name = split.map((dimension) => words.keyOfRow(most.row, dimension)).join(", ");
    const value = words.value(metric, most.value);
    const share = most.percent === null ? "" : format.percent(most.percent);
    return share
      ? t`Most is ${name} with ${value}, ${share} of all. ${whole}`
      : t`Most is ${name} with ${value}. ${whole}`;
  };
}
