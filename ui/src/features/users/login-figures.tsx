import { t } from "@lingui/core/macro";
import type { AnswerOf } from "@/api/answers";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import type { Figure } from "@/components/card/content";
import { roughDuration } from "@/lib/rough-duration";
import { useFormat } from "@/lib/use-format";

type Logins = AnswerOf<"logins">;

/** Sign-ins, failed ones, sessions and how long they last. */
export function LoginFigures({ answer }: { answer: Answer<Logins> }) {
  const format = useFormat();
  const card = (id: string, title: string, metric: string, figure: (data: Logins) => Figure) => (
    <Card
      id={`figure-${id}`}
      title={title}
      answer={answer}
      metrics={[metric]}
      table="totals"
      look="figure"
      content={(data) => {
        const { percent, ...rest } = figure(data);
        return {
          figure: data.meta.previousFrom == null ? rest : { ...rest, percent: percent ?? null },
          body: null,
        };
      }}
    />
  );
  return (
    <div className="grid grid-cols-2 gap-3 sm:gap-4 xl:grid-cols-4">
      {card("logins", t`Sign-ins`, "signIns", ({ logins }) => ({
        value: logins?.current ?? null,
        percent: logins?.changePercent,
      }))}
      {card("failed", t`Failed sign-ins`, "failedSignIns", ({ failedLogins }) => ({
        value: failedLogins?.current ?? null,
        percent: failedLogins?.changePercent,
        better: "down",
      }))}
      {card("sessions", t`Sessions`, "sessions", ({ sessions }) => ({
        value: sessions.total.current,
        percent: sessions.total.changePercent,
      }))}
      {card("stay", t`Median session`, "sessions", ({ sessions }) => ({
        value: sessions.medianSeconds ?? null,
        percent: sessions.medianChangePercent,
        format: (seconds) => roughDuration(seconds, format),
      }))}
    </div>
  );
}
