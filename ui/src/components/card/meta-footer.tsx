import { t } from "@lingui/core/macro";
import { useFormat } from "@/lib/use-format";

export interface Meta {
  asOf: string;
  source: string;
  approximate: boolean;
}

/** Where the figures of a card come from, as of when, and in which zone. */
export function MetaFooter({ meta }: { meta: Meta }) {
  const format = useFormat();
  const at = format.clock(meta.asOf);
  const source =
    { rollup: t`rollup`, raw: t`events`, mixed: t`rollup and events` }[meta.source] ?? meta.source;
  const parts = [source, t`as of ${at}`, format.zone(meta.asOf)];
  if (meta.approximate) parts.push(t`≈ estimated from a sample`);
  return <span>{parts.join(" · ")}</span>;
}
