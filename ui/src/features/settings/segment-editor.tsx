import { plural, t } from "@lingui/core/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { ChoiceField, Field, TextField } from "@/components/ui/field";
import { Sheet } from "@/components/ui/sheet";
import { useToast } from "@/components/ui/toast";
import { cn } from "@/lib/cn";
import { useFormat } from "@/lib/use-format";
import { keep, type Preview, previewRule, type Segment } from "./queries";

/** Makes a segment or changes one; a rule can be tried before it is kept. */
export function SegmentEditor({ segment, onClose }: { segment: Segment | undefined; onClose: () => void }) {
  const [name, setName] = useState(segment?.name ?? "");
  const [subject, setSubject] = useState(segment?.subject ?? "people");
  const [rule, setRule] = useState(segment?.rule ?? "");
  const [description, setDescription] = useState(segment?.description ?? "");
  const toast = useToast();
  const queries = useQueryClient();
  const trial = useMutation({ mutationFn: () => previewRule(subject, rule) });
  const keeping = useMutation({
    mutationFn: () => keep("segments", { name: name.trim(), subject, rule, description }, segment),
    onSuccess: () => {
      toast(t`Segment kept`);
      void queries.invalidateQueries();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keeping.mutate();
  };
  const error = keeping.error ?? trial.error;
  return (
    <Sheet
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      side="end"
      title={segment ? t`Edit ${segment.name}` : t`New segment`}
    >
      <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-6">
        <TextField
          label={t`Name`}
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <ChoiceField
          label={t`It holds`}
          value={subject}
          onChange={(next) => {
            setSubject(next);
            trial.reset();
          }}
          options={[
            { value: "people", title: t`People` },
            { value: "channels", title: t`Channels` },
          ]}
        />
        <Field
          label={t`Rule`}
          hint={t`For example: role is guest and not did messages · did messages atLeast 5 lastDays 30 · createdAt since 2026-01-01`}
          problem={error?.message}
        >
          {(props) => (
            <textarea
              {...props}
              className={cn(props.className, "h-auto py-2 font-mono text-xs")}
              rows={4}
              required
              spellCheck={false}
              value={rule}
              onChange={(event) => {
                setRule(event.target.value);
                trial.reset();
                keeping.reset();
              }}
            />
          )}
        </Field>
        {trial.data && <Members preview={trial.data} />}
        <TextField
          label={t`More about it`}
          maxLength={2_000}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button disabled={!rule.trim() || trial.isPending} onClick={() => trial.mutate()}>
            {t`Try the rule`}
          </Button>
          <Button type="submit" look="primary" disabled={!name.trim() || !rule.trim() || keeping.isPending}>
            {t`Keep`}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

/** Whom a rule would hold now. */
function Members({ preview }: { preview: Preview }) {
  const format = useFormat();
  const names = preview.members.map((member) => member.name ?? member.id);
  const rest = preview.total - names.length;
  const total = format.exact(preview.total);
  const others = rest > 0 ? plural(rest, { one: "and one other", other: "and # others" }) : "";
  return (
    <p role="status" className="bg-subtle rounded-control p-3">
      <b className="font-semibold">{preview.total === 0 ? t`It holds nobody.` : t`It holds ${total}:`}</b>{" "}
      {names.join(", ")} {others}
    </p>
  );
}
