import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Download, UserRound } from "lucide-react";
import { withOwn } from "@/api/answers";
import { ApiError } from "@/api/errors";
import { statusQuery } from "@/api/status";
import { useAnswer } from "@/api/use-answer";
import { PageControls } from "@/components/controls/page-controls";
import { NoSuchPage } from "@/components/layout/no-such-page";
import { PageHead } from "@/components/layout/page-head";
import { buttonClass } from "@/components/ui/button";
import { daysOf } from "@/lib/format";
import { useScope } from "@/lib/scope";
import { ArrivalCard } from "./arrival-card";
import { PersonChannelsCard, PersonHoursCard, ScoreCard, YearCard } from "./person-cards";
import { PersonFigures } from "./person-figures";
import { PersonFacts, PersonLede } from "./person-head";
import { personQueries } from "./person-queries";

/** One person: how much, where and when. No judgement: what is low is not bad. */
export function PersonPage() {
  const { id = "" } = useParams({ strict: false });
  const [scope] = useScope();
  const status = useQuery(statusQuery);
  const person = useAnswer(personQueries.person(scope, id));
  const meta = person.data?.meta;
  const lastDay = meta ? (daysOf(meta.from, meta.to, meta.timezone)?.[1] ?? "") : "";
  const year = useAnswer(personQueries.year(scope, id, lastDay), lastDay !== "");
  if (person.error instanceof ApiError && person.error.status === 404) return <NoSuchPage />;
  const { user } = person.data ?? {};
  // Of those who joined before the history begins, the first message that is known is not their first.
  const begin = status.data?.firstEvent;
  const isKnown = (joined: string) => begin != null && Date.parse(joined) >= Date.parse(begin);
  return (
    <>
      <PageHead
        title={user?.displayName ?? id}
        icon={UserRound}
        subtitle={person.data && <PersonFacts data={person.data} />}
      >
        <PageControls meta={meta} />
        <a
          href={withOwn(person.asked.address, { format: "json", limit: "1000" })}
          download=""
          className={buttonClass()}
        >
          <Download aria-hidden="true" />
          {t`Export data`}
        </a>
      </PageHead>
      {person.data && <PersonLede data={person.data} />}
      <div className="flex flex-col gap-4">
        <PersonFigures answer={person} />
        <div className="grid grid-cols-1 gap-4 lg:grid-cols-12">
          <YearCard
            answer={person.error ? { ...year, error: person.error } : year}
            className="lg:col-span-12"
          />
          <PersonHoursCard answer={person} className="lg:col-span-6" />
          <PersonChannelsCard answer={person} className="lg:col-span-6" />
          <ScoreCard answer={person} className="lg:col-span-12" />
          {user?.signedUpAt && isKnown(user.signedUpAt) && (
            <ArrivalCard id={id} signedUpAt={user.signedUpAt} />
          )}
        </div>
      </div>
    </>
  );
}
