import { t } from "@lingui/core/macro";
import { Card } from "@/components/card/card";
import { Triangle } from "@/components/charts/triangle";
import { Button } from "@/components/ui/button";
import { Segmented } from "@/components/ui/segmented";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { useIsNarrow } from "@/lib/use-size";
import { countOf, knownSteps, MODES } from "./retention-model";
import { modeNames, modeUnit, stepName } from "./retention-words";
import { type Retention, useRetention } from "./use-retention";

/** Steps that a phone has room for. */
const NARROW = 5;

/** Who came back after signing up, cohort by cohort. */
export function CohortsTab() {
  const { answer, mode, setMode, width } = useRetention();
  const [, changeScope] = useScope();
  const format = useFormat();
  const isNarrow = useIsNarrow();
  const names = modeNames();
  const sentence = ({ summary }: Retention): string | undefined => {
    const [first] = summary;
    const last = summary.findLast((step) => step.size > 0);
    if (first?.share == null || last?.share == null) return undefined;
    const [share, later] = [format.percent(first.share), format.percent(last.share)];
    const [begin, end] = [stepName(width, 1), stepName(width, summary.indexOf(last) + 1)];
    return last === first
      ? t`${begin}: ${share} ${modeUnit(mode)}.`
      : t`${begin}: ${share} ${modeUnit(mode)}; ${end}: ${later}.`;
  };
  const choice = (
    <Segmented
      label={t`What a share is of`}
      size="small"
      value={mode}
      options={MODES.map((value) => ({ value, title: names[value] }))}
      onChange={setMode}
    />
  );
  return (
    <Card
      id="cohorts"
      title={t`Who came back`}
      answer={answer}
      metrics={["activeUsers", "signUps"]}
      table="cohorts"
      height={420}
      tools={!isNarrow && choice}
      footnote={t`share of those who signed up`}
      content={(data) => {
        const caption = sentence(data);
        const cohorts = data.cohorts.filter((cohort) => cohort.size > 0);
        const steps = data.summary.slice(0, isNarrow ? NARROW : undefined);
        return {
          caption,
          empty:
            cohorts.length === 0
              ? {
                  title: t`Nobody signed up`,
                  text: t`There is no cohort in this time.`,
                  action: (
                    <Button onClick={() => changeScope({ period: "365d", from: undefined, to: undefined })}>
                      {t`Widen to 365 days`}
                    </Button>
                  ),
                }
              : undefined,
          twin: {
            columns: [t`Since`, t`People`, ...data.summary.map((_, place) => stepName(width, place + 1))],
            rows: cohorts.map((cohort) => [
              format.day(cohort.cohort),
              format.exact(cohort.size),
              ...cohort.days.map((day) => {
                const count = countOf(day as never, mode);
                return count === null || day.share == null
                  ? "–"
                  : `${format.percent(day.share)} (${format.exact(count)})`;
              }),
            ]),
          },
          body: (
            <>
              {isNarrow && <div className="mb-3">{choice}</div>}
              <Triangle
                heads={[t`Since`, t`People`]}
                unit={modeUnit(mode)}
                caption={caption ?? t`Who came back`}
                steps={steps.map((_, place) => ({
                  label: String(place + 1),
                  title: stepName(width, place + 1),
                }))}
                rows={cohorts.map((cohort) => ({
                  name: format.shortDay(cohort.cohort),
                  title: format.day(cohort.cohort),
                  size: cohort.size,
                  cells: knownSteps(cohort.days.slice(0, steps.length) as never[]).map((day) => {
                    const { share } = day as { share: number | null };
                    return { percent: share, count: countOf(day, mode) };
                  }),
                }))}
                mean={steps.map((step) => step.share ?? null)}
              />
            </>
          ),
        };
      }}
    />
  );
}
