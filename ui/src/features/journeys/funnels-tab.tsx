import { t } from "@lingui/core/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useAnswer } from "@/api/use-answer";
import { useCanChange } from "@/components/session/use-can-change";
import { Button } from "@/components/ui/button";
import { Segmented } from "@/components/ui/segmented";
import { useToast } from "@/components/ui/toast";
import { useScope } from "@/lib/scope";
import { useView } from "@/lib/view";
import { FunnelCard } from "./funnel-card";
import { FunnelEditor } from "./funnel-editor";
import { deleteFunnel, journeysQueries } from "./queries";

/** How far people come: a funnel that is there for everybody, or one that was kept. */
export function FunnelsTab() {
  const [scope] = useScope();
  const [asked, setAsked] = useView("funnel");
  const [by, setBy] = useView("by");
  const kept = useAnswer(journeysQueries.kept());
  const presets = useAnswer(journeysQueries.presets());
  const funnels = [...(presets.data?.funnels ?? []), ...(kept.data?.funnels ?? [])];
  const funnel = funnels.find((one) => one.id === asked) ?? funnels[0];
  const split = by === "role" || by === "cohort" ? by : undefined;
  const run = useAnswer(journeysQueries.run(scope, funnel?.id ?? "", split), funnel !== undefined);
  const canChange = useCanChange();
  const toast = useToast();
  const queries = useQueryClient();
  const removing = useMutation({
    mutationFn: deleteFunnel,
    onSuccess: () => {
      toast(t`Funnel deleted`);
      setAsked(undefined);
      void queries.invalidateQueries();
    },
    onError: (error) => toast(error.message),
  });
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 lg:col-span-12">
        {funnels.length > 1 && (
          <Segmented
            label={t`Funnel`}
            value={funnel?.id ?? ""}
            options={funnels.map(({ id, name }) => ({ value: id, title: name }))}
            onChange={(id) => setAsked(id === funnels[0]?.id ? undefined : id)}
          />
        )}
        <Segmented
          label={t`Told apart by`}
          value={split ?? "none"}
          options={[
            { value: "none", title: t`Everybody` },
            { value: "role", title: t`By role` },
            { value: "cohort", title: t`By week of sign-up` },
          ]}
          onChange={(value) => setBy(value === "none" ? undefined : value)}
        />
        {canChange && (
          <div className="ms-auto flex flex-wrap gap-2">
            {funnel?.createdAt && (
              <Button look="ghost" disabled={removing.isPending} onClick={() => removing.mutate(funnel.id)}>
                <Trash2 aria-hidden="true" />
                {t`Delete funnel`}
              </Button>
            )}
            <FunnelEditor onKept={(id) => setAsked(id)} />
          </div>
        )}
      </div>
      <FunnelCard answer={run} name={funnel?.name ?? t`Funnel`} />
    </>
  );
}
