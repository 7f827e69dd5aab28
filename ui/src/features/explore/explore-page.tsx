import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { Compass } from "lucide-react";
import { metricsQuery } from "@/api/metrics";
import { useAnswer } from "@/api/use-answer";
import { CardSkeleton, FailedState } from "@/components/card/states";
import { PageControls } from "@/components/controls/page-controls";
import { PageHead } from "@/components/layout/page-head";
import { useAddress, useScope } from "@/lib/scope";
import { useShared } from "@/lib/shared";
import { readAsking } from "./asking";
import { Builder } from "./builder";
import { ChartCard } from "./chart-card";
import { type Dimension, exploreQueries, type Metric } from "./queries";
import { useWords } from "./use-words";
import { ViewsMenu } from "./views-menu";

/** Any question: metrics, split by what they can be split by. The link holds all of it. */
export function ExplorePage() {
  const known = useQuery(metricsQuery);
  const split = useQuery(exploreQueries.dimensions());
  const error = known.error ?? split.error;
  const [metrics, dimensions] = [known.data?.metrics, split.data?.dimensions];
  if (metrics && dimensions) return <Asked metrics={metrics} dimensions={dimensions} />;
  return (
    <>
      <PageHead title={t`Explore`} icon={Compass} />
      {error ? (
        <FailedState
          title={t`Explore`}
          error={error}
          onRetry={() => {
            void known.refetch();
            void split.refetch();
          }}
        />
      ) : (
        <CardSkeleton height={400} />
      )}
    </>
  );
}

function Asked({ metrics, dimensions }: { metrics: Metric[]; dimensions: Dimension[] }) {
  const [scope] = useScope();
  const shared = useShared();
  const asking = readAsking(useAddress(), metrics, dimensions);
  const words = useWords(metrics);
  const answer = useAnswer(exploreQueries.answer(scope, asking));
  return (
    <>
      <PageHead title={t`Explore`} icon={Compass}>
        <PageControls meta={answer.data?.meta} />
        {!shared && <ViewsMenu />}
      </PageHead>
      {!shared && <Builder asking={asking} metrics={metrics} dimensions={dimensions} words={words} />}
      <ChartCard asking={asking} answer={answer} metrics={metrics} words={words} />
    </>
  );
}
