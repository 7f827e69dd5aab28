import { plural, t } from "@lingui/core/macro";
import type { Answer } from "@/api/use-answer";
import { Card } from "@/components/card/card";
import { Funnel } from "@/components/charts/funnel";
import { type Column, SmallTable } from "@/components/table/small-table";
import { useFormat } from "@/lib/use-format";
import { largestLoss, windowSeconds } from "./model";
import type { FunnelRun } from "./queries";

/** How many people come to each step, how long it takes, and where they are lost. */
export function FunnelCard({ answer, name }: { answer: Answer<FunnelRun>; name: string }) {
  const format = useFormat();
  const time = (seconds: number | null | undefined) => (seconds == null ? "–" : format.duration(seconds));
  const percent = (value: number | null | undefined) => (value == null ? "–" : format.percent(value));
  return (
    <Card
      id="funnel"
      title={name}
      answer={answer}
      table="steps"
      height={320}
      className="lg:col-span-12"
      content={(data) => {
        const { steps, conversion, complete, segments } = data;
        const [first, last] = [steps[0], steps.at(-1)];
        const loss = largestLoss(steps);
        const sentence = (of: NonNullable<typeof loss>) => {
          const [lost, all] = [format.exact(of.lost), format.exact(of.of)];
          const { from, to } = of;
          return t`The largest step down is from “${from}” to “${to}”: ${lost} of ${all} do not go on.`;
        };
        const open = complete ? "" : t`The time of some is not over yet: they may still go on.`;
        const caption = [loss ? sentence(loss) : t`Nobody is lost on the way.`, open]
          .filter(Boolean)
          .join(" ");
        const [done, all] = [format.exact(last?.people ?? 0), format.exact(first?.people ?? 0)];
        const seconds = windowSeconds(data.window);
        const window = seconds === undefined ? data.window : format.duration(seconds);
        return {
          figure: {
            value: conversion ?? null,
            unit: t`${done} of ${all} do all steps within ${window}`,
            format: (value) => format.percent(value),
          },
          caption,
          empty:
            !first || first.people === 0
              ? { title: t`Nobody does the first step in this time`, text: t`Choose a longer period.` }
              : undefined,
          twin: {
            columns: [t`Step`, t`People`, t`Of the first`, t`Of the step before`, t`Lost`, t`Median time`],
            rows: steps.map((step) => [
              step.name,
              step.people,
              percent(step.conversion),
              percent(step.fromPrevious),
              step.dropped == null ? "–" : step.dropped,
              time(step.medianSeconds),
            ]),
          },
          body: (
            <>
              <Funnel
                unit={t`people`}
                caption={caption}
                format={format.exact}
                steps={steps.map((step) => ({
                  name: step.name,
                  value: step.people,
                  passage: step.fromPrevious == null ? undefined : passage(step),
                  lost: step.dropped ? plural(step.dropped, { one: "one lost", other: "# lost" }) : undefined,
                  more: [{ name: t`of the first`, value: percent(step.conversion) }],
                }))}
              />
              {segments && segments.length > 0 && <Segments steps={steps} segments={segments} />}
            </>
          ),
        };
      }}
    />
  );

  function passage(step: FunnelRun["steps"][number]): string {
    const share = percent(step.fromPrevious);
    const wait = step.medianSeconds == null ? "" : format.duration(step.medianSeconds);
    return wait ? t`${share} in ${wait} (median)` : share;
  }
}

type Segment = NonNullable<FunnelRun["segments"]>[number];

function Segments({ steps, segments }: { steps: FunnelRun["steps"]; segments: Segment[] }) {
  const format = useFormat();
  const columns: Column<Segment>[] = [
    { name: t`Group`, cell: (row) => row.key ?? t`unknown` },
    ...steps.map(
      (step, place): Column<Segment> => ({
        name: step.name,
        isNumber: true,
        isWide: place > 0 && place < steps.length - 1,
        cell: (row) => {
          const people = row.people[place];
          return people == null ? "–" : format.exact(people);
        },
      }),
    ),
    {
      name: t`All steps`,
      isNumber: true,
      cell: (row) => (row.conversion == null ? "–" : format.percent(row.conversion)),
    },
  ];
  return (
    <div className="mt-8">
      <SmallTable label={t`Groups`} columns={columns} rows={segments} rowKey={(row) => row.key ?? ""} />
    </div>
  );
}
