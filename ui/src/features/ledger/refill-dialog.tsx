import { plural, t } from "@lingui/core/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { Sheet } from "@/components/ui/sheet";
import { useToast } from "@/components/ui/toast";
import { addDays, type PlainDate } from "@/lib/plain-date";
import { refillProblem } from "./model";
import { refill } from "./queries";

/** Has days filled anew: their rollups are made again from the events. */
export function RefillDialog({ lastDay }: { lastDay: string }) {
  const [isOpen, setOpen] = useState(false);
  const [from, setFrom] = useState(lastDay);
  const [last, setLast] = useState(lastDay);
  const toast = useToast();
  const queries = useQueryClient();
  const filling = useMutation({
    mutationFn: () => refill(from, addDays(last as PlainDate, 1)),
    onSuccess: ({ days }) => {
      toast(plural(days, { one: "One day is filled anew", other: "# days are filled anew" }));
      setOpen(false);
      void queries.invalidateQueries();
    },
  });
  const problem = refillProblem(from, last);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!problem) filling.mutate();
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <RotateCw aria-hidden="true" />
        {t`Refill days`}
      </Button>
      <Sheet isOpen={isOpen} onOpenChange={setOpen} side="center" title={t`Refill days`}>
        <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-6">
          <p className="text-muted">
            {t`The rollups of these days are made again from their events. Answers stay exact meanwhile, but are slower.`}
          </p>
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              type="date"
              label={t`First day`}
              value={from}
              onChange={(event) => setFrom(event.target.value)}
            />
            <TextField
              type="date"
              label={t`Last day`}
              value={last}
              onChange={(event) => setLast(event.target.value)}
              problem={problem === "order" ? t`It has to be no earlier than the first day.` : undefined}
            />
          </div>
          {filling.error && (
            <p role="alert" className="text-bad">
              {filling.error.message}
            </p>
          )}
          <Button
            type="submit"
            look="primary"
            className="self-end"
            disabled={Boolean(problem) || filling.isPending}
          >
            {t`Refill`}
          </Button>
        </form>
      </Sheet>
    </>
  );
}
