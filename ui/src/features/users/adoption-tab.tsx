import { t } from "@lingui/core/macro";
import { type AnswerOf, answers } from "@/api/answers";
import { type Answer, useAnswer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Dumbbell } from "@/components/charts/dumbbell";
import { SmallTable } from "@/components/table/small-table";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { featureName } from "./feature-names";

type Adoption = AnswerOf<"adoption">;

const ROWS = 15;

/** Who uses what: how many people, how often, and how soon after signing up. */
export function AdoptionTab() {
  const [scope] = useScope();
  const answer = useAnswer(answers("adoption", scope));
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-12">
      <AdoptersCard answer={answer} />
      <UsesCard answer={answer} />
    </div>
  );
}

function AdoptersCard({ answer }: { answer: Answer<Adoption> }) {
  const format = useFormat();
  const sentence = (data: Adoption): string | undefined => {
    const gained = data.features
      .map((row) => ({ row, more: row.adopters.current - (row.adopters.previous ?? row.adopters.current) }))
      .toSorted((one, other) => other.more - one.more)[0];
    if (!gained || gained.more <= 0) return t`No feature gained people.`;
    const [name, more] = [featureName(gained.row.feature), format.exact(gained.more)];
    return t`${name} gained most: ${more} more people than before.`;
  };
  return (
    <Card
      id="adopters"
      title={t`People who use it`}
      answer={answer}
      metrics={["activeUsers"]}
      table="features"
      height={420}
      className="lg:col-span-6"
      content={(data) => {
        const caption = sentence(data);
        const rows = data.features.slice(0, ROWS);
        return {
          caption,
          empty:
            rows.length === 0
              ? { title: t`No features used`, text: t`Nothing was used in this time.` }
              : undefined,
          twin: {
            columns: [t`Feature`, t`Before`, t`Now`],
            rows: data.features.map((row) => [
              featureName(row.feature),
              row.adopters.previous == null ? "–" : format.exact(row.adopters.previous),
              format.exact(row.adopters.current),
            ]),
          },
          body: (
            <Dumbbell
              unit={t`people`}
              caption={caption ?? t`People who use it`}
              format={format.exact}
              nameWidth={140}
              rows={rows.map((row) => ({
                key: row.feature,
                name: featureName(row.feature),
                before: row.adopters.previous ?? null,
                now: row.adopters.current,
              }))}
            />
          ),
        };
      }}
    />
  );
}

function UsesCard({ answer }: { answer: Answer<Adoption> }) {
  const format = useFormat();
  const number = (value: number | null | undefined) => (value == null ? "–" : format.exact(value));
  return (
    <Card
      id="uses"
      title={t`How much it is used`}
      answer={answer}
      table="features"
      height={420}
      className="lg:col-span-6"
      footnote={t`days: median from sign-up to the first use`}
      content={(data) => {
        const all = format.exact(data.activeUsers.current);
        return {
          caption: t`Shares are of the ${all} people who were active.`,
          body: (
            <SmallTable
              label={t`How much it is used`}
              rows={data.features.slice(0, ROWS)}
              rowKey={(row) => row.feature}
              columns={[
                { name: t`Feature`, cell: (row) => featureName(row.feature) },
                {
                  name: t`Share`,
                  isNumber: true,
                  cell: (row) => (row.adoptionRate == null ? "–" : format.percent(row.adoptionRate)),
                },
                { name: t`Uses each`, isNumber: true, cell: (row) => number(row.usesPerAdopter) },
                {
                  name: t`First time`,
                  isNumber: true,
                  isWide: true,
                  cell: (row) => number(row.firstTimeAdopters),
                },
                { name: t`Days`, isNumber: true, cell: (row) => number(row.medianDaysToFirstUse) },
              ]}
            />
          ),
        };
      }}
    />
  );
}
