import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { useAnswer } from "@/api/use-answer";
import { PageLede } from "@/components/layout/page-lede";
import { PageLink } from "@/components/layout/page-link";
import { useScope } from "@/lib/scope";
import { useFormat } from "@/lib/use-format";
import { activeBefore, writersFor } from "./model";
import { usersQueries } from "./queries";

/** How many people were there, more or fewer than before, and how many of them write most. */
export function PeopleLede() {
  const [scope] = useScope();
  const format = useFormat();
  const people = useAnswer(usersQueries.people(scope));
  const lifecycle = useAnswer(usersQueries.lifecycle(scope));
  const writers = useAnswer(usersQueries.writers(scope));
  if (!people.data) return null;
  const { activeUsers, totalUsers } = people.data.summary;
  const before = activeBefore(lifecycle.data?.summary, lifecycle.asked.notHonoured);
  const counts = (writers.data?.rows ?? []).map((row) => row.values["messages"] ?? 0);
  const half = writersFor(0.5, counts, writers.data?.totals?.values["messages"] ?? 0);
  const away = totalUsers - activeUsers;
  const active = format.figure(activeUsers);
  const total = format.figure(totalUsers);
  return (
    <PageLede meta={people.data.meta}>
      <Trans>
        <b>
          {active} of {total} people
        </b>{" "}
        were active
      </Trans>
      {before !== undefined && scope.compare === "previous" && `, ${moreOrFewer(activeUsers - before)}`}.{" "}
      {half !== undefined && (
        <>
          <PageLink to="/users" view={{ sort: "messages" }}>
            <b>{plural(half, { one: "One person", other: "# people" })}</b>
          </PageLink>{" "}
          {plural(half, { one: "writes half of everything", other: "write half of everything" })}
          {away > 0 ? "; " : "."}
        </>
      )}
      {away > 0 && (
        <>
          <PageLink to="/users" view={{ active: "false" }}>
            <b>{format.figure(away)}</b>
          </PageLink>{" "}
          {plural(away, { one: "was not seen at all.", other: "were not seen at all." })}
        </>
      )}
    </PageLede>
  );
}

/** Says how many people more or fewer than before. */
function moreOrFewer(difference: number): string {
  if (difference === 0) return t`as many as before`;
  return difference > 0
    ? plural(difference, { one: "one more than before", other: "# more than before" })
    : plural(-difference, { one: "one fewer than before", other: "# fewer than before" });
}
