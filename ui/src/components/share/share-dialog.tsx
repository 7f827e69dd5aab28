import { t } from "@lingui/core/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Code, Copy, TriangleAlert } from "lucide-react";
import { type FormEvent, useState } from "react";
import { createShare, sharesQuery } from "@/api/shares";
import { Button } from "@/components/ui/button";
import { ChoiceField } from "@/components/ui/field";
import { Note } from "@/components/ui/note";
import { Sheet } from "@/components/ui/sheet";
import { Switch } from "@/components/ui/switch";
import { useToast } from "@/components/ui/toast";
import { copyText } from "@/lib/export";
import { useAddress } from "@/lib/scope";
import { forOthers, writeSearch } from "@/lib/url-state";
import { frameOf } from "./frame";

export interface ShareDialogProps {
  /** The path of the page, without the prefix of all pages. */
  page: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Makes a link that opens this page to whoever has it, and shows it, once. */
export function ShareDialog({ page, isOpen, onOpenChange }: ShareDialogProps) {
  const search = useAddress();
  const [days, setDays] = useState("30");
  const [moves, setMoves] = useState(search["asOf"] ? "frozen" : "moving");
  const [names, setNames] = useState(false);
  const [annotations, setAnnotations] = useState(true);
  const queries = useQueryClient();
  const making = useMutation({
    mutationFn: () =>
      createShare({
        page,
        query: writeSearch(forOthers(search)),
        frozen: moves === "frozen",
        names,
        annotations,
        expiresInDays: Number(days),
      }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: sharesQuery.queryKey }),
  });
  const open = (next: boolean) => {
    // The link is nowhere any more.
    if (!next) making.reset();
    onOpenChange(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate();
  };
  return (
    <Sheet isOpen={isOpen} onOpenChange={open} side="center" title={t`Shared link`}>
      {making.data ? (
        <Made link={`${window.location.origin}${making.data.link}`} onClose={() => open(false)} />
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-6">
          <p className="text-muted">
            {t`Whoever has the link reads this page with its tabs and these filters, without signing in, and nothing else.`}
          </p>
          <div className="grid gap-4 sm:grid-cols-2">
            <ChoiceField
              label={t`How long it holds`}
              value={days}
              onChange={setDays}
              options={[
                { value: "7", title: t`7 days` },
                { value: "30", title: t`30 days` },
                { value: "90", title: t`90 days` },
              ]}
            />
            <ChoiceField
              label={t`Period`}
              value={moves}
              onChange={setMoves}
              options={[
                ...(search["asOf"] ? [] : [{ value: "moving", title: t`Moves on with time` }]),
                { value: "frozen", title: t`Stays at this moment` },
              ]}
            />
          </div>
          <Switch label={t`Show people by name`} isOn={names} onChange={setNames} />
          <Switch label={t`Show annotations`} isOn={annotations} onChange={setAnnotations} />
          {making.error && (
            <p role="alert" className="text-bad">
              {making.error.message}
            </p>
          )}
          <Button type="submit" look="primary" className="self-end" disabled={making.isPending}>
            {t`Make the link`}
          </Button>
        </form>
      )}
    </Sheet>
  );
}

function Made({ link, onClose }: { link: string; onClose: () => void }) {
  const toast = useToast();
  const copy = (text: string, done: string) => void copyText(text).then(() => toast(done));
  return (
    <div className="flex flex-col gap-4 p-4 sm:p-6">
      <Note icon={TriangleAlert} look="warn">
        {t`This is the only time that the link is shown: only its hash is kept. Settings → Sharing revokes it.`}
      </Note>
      <code data-testid="link" className="bg-subtle rounded-control p-3 text-xs break-all select-all">
        {link}
      </code>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => copy(frameOf(`${link}?embed=1`), t`Code copied`)}>
          <Code aria-hidden="true" />
          {t`Copy code for a frame`}
        </Button>
        <Button onClick={() => copy(link, t`Link copied`)}>
          <Copy aria-hidden="true" />
          {t`Copy the link`}
        </Button>
        <Button look="primary" onClick={onClose}>{t`Done`}</Button>
      </div>
    </div>
  );
}
