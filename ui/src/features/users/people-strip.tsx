import { t } from "@lingui/core/macro";
import { useAnswer } from "@/api/use-answer";
import { type Count, CountStrip } from "@/components/ui/count-strip";
import { useAddress, useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { useChangeView } from "@/lib/view";
import { LIFECYCLES, type LifecycleName } from "./model";
import { type People, usersQueries } from "./queries";

/** How people stand to the span before, as figures that narrow the list below. */
export function PeopleStrip({ summary }: { summary: People["summary"] | undefined }) {
  const [scope] = useScope();
  const format = useFormat();
  const address = useAddress();
  const change = useChangeView();
  const lifecycle = useAnswer(usersQueries.lifecycle(scope));
  if (!summary) return null;
  const counted = lifecycle.asked.notHonoured.length === 0 ? lifecycle.data?.summary : undefined;
  const choose = (view: { lifecycle?: string; active?: string }) => () =>
    change({ lifecycle: undefined, active: undefined, ...view });
  const names: Record<LifecycleName, string> = {
    new: t`new`,
    returning: t`returning`,
    kept: t`kept`,
    churned: t`gone`,
  };
  const byLifecycle = counted
    ? LIFECYCLES.map((id): Count => {
        const isChosen = address["lifecycle"] === id;
        const count = counted[id];
        return {
          id,
          name: names[id],
          value: count == null ? "–" : format.figure(count),
          isChosen,
          onChoose: choose(isChosen ? {} : { lifecycle: id }),
        };
      })
    : [];
  const isAway = address["active"] === "false";
  const total = format.figure(summary.totalUsers);
  const counts: Count[] = [
    {
      id: "active",
      name: t`active of ${total}`,
      value: format.figure(summary.activeUsers),
      isChosen: !isAway && address["lifecycle"] === undefined,
      onChoose: choose({}),
    },
    ...byLifecycle,
    {
      id: "away",
      name: t`not seen`,
      value: format.figure(summary.totalUsers - summary.activeUsers),
      isChosen: isAway,
      onChoose: choose(isAway ? {} : { active: "false" }),
    },
    { id: "mean", name: t`mean score`, value: format.figure(summary.averageEngagement) },
  ];
  return (
    <CountStrip
      label={t`People by how they stand to the time before`}
      counts={counts}
      end={
        <p className="text-muted hidden text-xs 2xl:block">
          {t`score = (2 × messages + reactions + 3 × files) / days active`}
        </p>
      }
    />
  );
}
