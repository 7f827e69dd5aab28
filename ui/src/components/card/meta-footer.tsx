import { t } from "@lingui/core/macro";
import type { Meta } from "@/api/meta";
import { useFormat } from "@/lib/use-format";

/** Returns where the figures of a card come from, as of when, and in which zone. */
export function useMetaParts(meta: Meta): string[] {
  const format = useFormat();
  const at = format.clock(meta.asOf);
  const source =
    { rollup: t`rollup`, raw: t`events`, mixed: t`rollup and events` }[meta.source] ?? meta.source;
  const parts = [source, t`as of ${at}`, format.zone(meta.asOf)];
  const { clean, dirty } = meta.ledger ?? { clean: 0, dirty: 0 };
  if (dirty > 0) {
    const [some, all] = [format.exact(dirty), format.exact(clean + dirty)];
    parts.push(t`${some} of ${all} days from events`);
  }
  return parts;
}

/** Where the figures of a card come from, as of when, and in which zone. */
export function MetaFooter({ meta }: { meta: Meta }) {
  const parts = useMetaParts(meta);
  return (
    <>
      {parts.map((part, place) => (
        <span key={part} className="whitespace-nowrap">
          {part}
          {place < parts.length - 1 && <span className="ms-1.5 opacity-70">·</span>}
        </span>
      ))}
    </>
  );
}
