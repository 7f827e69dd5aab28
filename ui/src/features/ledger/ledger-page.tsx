import { plural, t } from "@lingui/core/macro";
import { ShieldCheck } from "lucide-react";
import { useAnswer } from "@/api/use-answer";
import { FigureStrip } from "@/components/card/panel";
import { FailedState } from "@/components/card/states";
import { PageHead } from "@/components/layout/page-head";
import { useCanChange } from "@/components/session/use-can-change";
import { useFormat } from "@/lib/use-format";
import { CalendarPanel } from "./calendar-panel";
import { DaysTable } from "./days-table";
import { DeadLetters } from "./dead-letters";
import { stateOf } from "./model";
import { type Ledger, ledgerQueries } from "./queries";
import { RefillDialog } from "./refill-dialog";
import { SourcePanel } from "./source-panel";

/** Which days are complete, where events come from, and what could not be accepted. */
export function LedgerPage() {
  const format = useFormat();
  const ledger = useAnswer(ledgerQueries.calendar());
  const canChange = useCanChange();
  const { data } = ledger;
  const [newest] = data?.list ?? [];
  return (
    <>
      <PageHead title={t`Ledger`} icon={ShieldCheck}>
        {canChange && newest && (
          <div className="ms-auto">
            <RefillDialog lastDay={newest.day} />
          </div>
        )}
      </PageHead>
      {!data && ledger.error && <FailedState title={t`Ledger`} error={ledger.error} onRetry={ledger.retry} />}
      {data && (
        <>
          <LedgerSentence ledger={data} />
          <FigureStrip
            label={t`Days by state`}
            items={[
              { name: t`days complete`, value: format.figure(data.clean) },
              { name: t`days wait`, value: format.figure(data.dirty) },
              { name: t`being filled`, value: format.figure(data.started) },
              { name: t`late events`, value: format.figure(data.lateEvents) },
              { name: t`events in rollups`, value: format.figure(data.events) },
            ]}
          />
          <CalendarPanel ledger={data} />
        </>
      )}
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-12">
        <SourcePanel />
        {canChange && <DeadLetters />}
      </div>
      <DaysTable />
    </>
  );
}

/** The answer first: whether every day is complete. */
function LedgerSentence({ ledger }: { ledger: Ledger }) {
  const format = useFormat();
  const state = stateOf(ledger);
  const all = plural(ledger.days, { one: "The one day with events is", other: "All # days with events are" });
  const waiting = format.exact(ledger.dirty + ledger.started);
  const days = format.exact(ledger.days);
  const wait = ledger.oldestDirtySeconds == null ? "" : format.duration(ledger.oldestDirtySeconds);
  const late = ledger.lateEvents === 0 ? t`Nothing came late.` : "";
  const sentence = {
    empty: t`No day has events yet.`,
    complete: `${t`${all} complete: answers come from rollups.`} ${late}`,
    waiting: wait
      ? t`${waiting} of ${days} days are not complete, the longest for ${wait}. Answers stay exact meanwhile: they come from the events.`
      : t`${waiting} of ${days} days are not complete. Answers stay exact meanwhile: they come from the events.`,
  }[state];
  const gaps = ledger.gaps.reduce((sum, gap) => sum + gap.days, 0);
  return (
    <p className="text-muted max-w-[68ch] text-xl/8 tracking-tight text-pretty">
      {sentence}{" "}
      {gaps > 0 &&
        plural(gaps, { one: "One day between has no event.", other: "# days between have no event." })}
    </p>
  );
}
