import { t } from "@lingui/core/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { ChoiceField, TextField } from "@/components/ui/field";
import { Sheet } from "@/components/ui/sheet";
import { useToast } from "@/components/ui/toast";
import { useKindName } from "@/lib/kinds";
import { useKinds } from "./kind-menu";
import { ANSWERED, moved, type StepDraft, toSteps } from "./model";
import { createFunnel } from "./queries";

const MOST = 8;
const step = (key: number, event = ""): StepDraft => ({ key, event, filter: "" });

/** Makes a funnel of two to eight steps, and keeps it. */
export function FunnelEditor({ onKept }: { onKept: (id: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [window, setWindow] = useState("7d");
  const [steps, setSteps] = useState<StepDraft[]>([step(1), step(2)]);
  const toast = useToast();
  const queries = useQueryClient();
  const whole = toSteps(steps);
  const keeping = useMutation({
    mutationFn: () => createFunnel({ name: name.trim(), window, steps: whole ?? [] }),
    onSuccess: ({ id }) => {
      toast(t`Funnel kept`);
      setOpen(false);
      void queries.invalidateQueries();
      onKept(id);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keeping.mutate();
  };
  const change = (key: number, part: Partial<StepDraft>) =>
    setSteps(steps.map((one) => (one.key === key ? { ...one, ...part } : one)));
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Plus aria-hidden="true" />
        {t`New funnel`}
      </Button>
      <Sheet isOpen={isOpen} onOpenChange={setOpen} side="end" title={t`New funnel`}>
        <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-6">
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label={t`Name`}
              required
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <ChoiceField
              label={t`All steps within`}
              value={window}
              onChange={setWindow}
              options={[
                { value: "1h", title: t`1 hour` },
                { value: "24h", title: t`24 hours` },
                { value: "7d", title: t`7 days` },
                { value: "30d", title: t`30 days` },
                { value: "90d", title: t`90 days` },
              ]}
            />
          </div>
          <ol className="flex flex-col gap-3">
            {steps.map((draft, place) => (
              <StepRow
                key={draft.key}
                draft={draft}
                place={place}
                count={steps.length}
                onChange={(part) => change(draft.key, part)}
                onMove={(by) => setSteps(moved(steps, place, by))}
                onRemove={() => setSteps(steps.filter((one) => one.key !== draft.key))}
              />
            ))}
          </ol>
          {steps.length < MOST && (
            <Button
              size="small"
              className="self-start"
              onClick={() => setSteps([...steps, step(Math.max(...steps.map((one) => one.key)) + 1)])}
            >
              <Plus aria-hidden="true" />
              {t`Step`}
            </Button>
          )}
          {keeping.error && (
            <p role="alert" className="text-bad">
              {keeping.error.message}
            </p>
          )}
          <Button
            type="submit"
            look="primary"
            className="self-end"
            disabled={!name.trim() || !whole || keeping.isPending}
          >
            {t`Keep`}
          </Button>
        </form>
      </Sheet>
    </>
  );
}

interface StepRowProps {
  draft: StepDraft;
  place: number;
  count: number;
  onChange: (part: Partial<StepDraft>) => void;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}

function StepRow({ draft, place, count, onChange, onMove, onRemove }: StepRowProps) {
  const kinds = useKinds();
  const kindName = useKindName();
  const number = String(place + 1);
  return (
    <li className="border-border rounded-control flex flex-col gap-3 border p-3">
      <div className="flex items-end gap-1">
        <ChoiceField
          className="flex-1"
          label={t`Step ${number}`}
          value={draft.event}
          onChange={(event) => onChange({ event })}
          options={[
            { value: "", title: t`Choose an event` },
            ...kinds.map((kind) => ({ value: kind, title: kindName(kind) })),
            ...(place > 0 ? [{ value: ANSWERED, title: t`was answered by another person` }] : []),
          ]}
        />
        <IconButton label={t`Earlier step`} disabled={place === 0} onClick={() => onMove(-1)}>
          <ArrowUp aria-hidden="true" />
        </IconButton>
        <IconButton label={t`Later step`} disabled={place === count - 1} onClick={() => onMove(1)}>
          <ArrowDown aria-hidden="true" />
        </IconButton>
        <IconButton label={t`Take step ${number} out`} disabled={count <= 2} onClick={onRemove}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
      {draft.event !== ANSWERED && draft.event !== "" && (
        <TextField
          label={t`Only where`}
          hint={t`A filter, like: channel is general`}
          value={draft.filter}
          onChange={(event) => onChange({ filter: event.target.value })}
        />
      )}
    </li>
  );
}
