import { t } from "@lingui/core/macro";
import { useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { PageLink } from "@/components/layout/page-link";
import { channelTitle } from "@/lib/channel-title";
import { roughDuration } from "@/lib/rough-duration";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { personQueries } from "./person-queries";

/** How a person was received: joined, wrote first, was answered. Not there for those who came before the history. */
export function ArrivalCard({ id, signedUpAt }: { id: string; signedUpAt: string }) {
  const [scope] = useScope();
  const format = useFormat();
  const answer = useAnswer(personQueries.arrivals(scope, signedUpAt, format.timezone));
  const own = answer.data?.newcomers.find((row) => row.userId === id);
  if (!own) return null;
  const steps = [
    { name: t`joined`, at: own.joinedAt, more: "" },
    {
      name: t`wrote first`,
      at: own.firstMessageAt,
      more: own.channelName ? channelTitle(own.channelName) : "",
    },
    {
      name: t`was answered`,
      at: own.answeredAt,
      more: own.waitSeconds == null ? "" : after(roughDuration(own.waitSeconds, format)),
    },
  ];
  return (
    <Card
      id="arrival"
      title={t`First steps`}
      answer={answer}
      table="newcomers"
      className="lg:col-span-12"
      height={80}
      content={() => ({
        caption:
          own.state === "silent"
            ? t`Has not written yet.`
            : own.answeredAt
              ? t`Was answered.`
              : t`Waits for a first answer.`,
        body: (
          <ol className="grid grid-cols-1 gap-3 sm:grid-cols-3">
            {steps.map((step, place) => (
              <li
                key={step.name}
                className={`border-s-2 ps-3 ${step.at ? "border-primary" : "border-border"}`}
              >
                <p className="font-medium">{step.name}</p>
                <p className="text-muted text-xs">
                  {step.at ? `${format.day(step.at)}, ${format.time(step.at)}` : "–"}
                  {step.more && step.at && ` · ${step.more}`}
                </p>
                {place === 2 && own.answeredBy && (
                  <PageLink
                    to="/users/$id"
                    params={{ id: own.answeredBy }}
                    className="text-xs underline underline-offset-2"
                  >
                    {t`Who answered`}
                  </PageLink>
                )}
              </li>
            ))}
          </ol>
        ),
      })}
    />
  );
  function after(wait: string): string {
    return t`after ${wait}`;
  }
}
