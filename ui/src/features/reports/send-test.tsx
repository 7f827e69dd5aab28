import { t } from "@lingui/core/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { Sheet } from "@/components/ui/sheet";
import { useToast } from "@/components/ui/toast";
import { type Report, testReport } from "./queries";
import { parseRecipients } from "./schedule";
import { useReportWords } from "./use-report-words";

/** Makes a report once, and sends it to an address or to nobody. */
export function SendTest({ report, onSent }: { report: Report; onSent: () => void }) {
  const words = useReportWords();
  const [isOpen, setOpen] = useState(false);
  const [to, setTo] = useState("");
  const toast = useToast();
  const queries = useQueryClient();
  const { addresses, wrong } = parseRecipients(to);
  const sending = useMutation({
    mutationFn: () => testReport(report.id, addresses),
    onSuccess: (run) => {
      toast(words.outcomes[run.outcome] ?? run.outcome);
      setOpen(false);
      onSent();
      void queries.invalidateQueries();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sending.mutate();
  };
  const wrongs = wrong.join(", ");
  return (
    <>
      <Button size="small" look="ghost" onClick={() => setOpen(true)} aria-label={t`Test ${report.name}`}>
        {t`Test`}
      </Button>
      <Sheet isOpen={isOpen} onOpenChange={setOpen} side="center" title={t`Test ${report.name}`}>
        <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-6">
          <TextField
            label={t`To`}
            hint={t`Up to five e-mail addresses; without any, the file is made and kept`}
            problem={wrongs ? t`No addresses: ${wrongs}` : undefined}
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
          {sending.error && (
            <p role="alert" className="text-bad">
              {sending.error.message}
            </p>
          )}
          <Button
            type="submit"
            look="primary"
            className="self-end"
            disabled={sending.isPending || wrong.length > 0 || addresses.length > 5}
          >
            {sending.isPending ? t`Being made …` : t`Make it now`}
          </Button>
        </form>
      </Sheet>
    </>
  );
}
