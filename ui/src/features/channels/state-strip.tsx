import { t } from "@lingui/core/macro";
import { CountStrip } from "@/components/ui/count-strip";
import { useFormat } from "@/lib/use-format";
import { useView } from "@/lib/view";
import type { Channels } from "./queries";

/** How many channels are in which state, as figures that narrow what is below. */
export function StateStrip({ summary }: { summary: Channels["summary"] | undefined }) {
  const format = useFormat();
  const [state, setState] = useView("state");
  if (!summary) return null;
  const names = {
    active: t`active`,
    growing: t`growing`,
    dormant: t`dormant`,
    dying: t`dying`,
    orphan: t`without an owner`,
  };
  const one = (id: keyof typeof names) => ({
    id,
    name: names[id],
    value: format.figure(summary[id]),
    isChosen: state === id,
    onChoose: () => setState(state === id ? undefined : id),
  });
  return (
    <CountStrip
      label={t`Channels by state`}
      counts={[
        {
          id: "all",
          name: t`known`,
          value: format.figure(summary.total),
          isChosen: state === undefined,
          onChoose: () => setState(undefined),
        },
        ...(Object.keys(names) as (keyof typeof names)[]).map(one),
      ]}
    />
  );
}
