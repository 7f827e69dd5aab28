import { t } from "@lingui/core/macro";
import { Users } from "lucide-react";
import { useAnswer } from "@/api/use-answer";
import { PageControls } from "@/components/controls/page-controls";
import { PageHead } from "@/components/layout/page-head";
import { useScope } from "@/lib/scope";
import { ListTab } from "./list-tab";
import { PeopleLede } from "./people-lede";
import { usersQueries } from "./queries";

/** Who is here, who comes back, and who leaves. */
export function UsersPage() {
  const [scope] = useScope();
  const people = useAnswer(usersQueries.people(scope));
  return (
    <>
      <PageHead title={t`Users`} icon={Users}>
        <PageControls meta={people.data?.meta} />
      </PageHead>
      <PeopleLede />
      <ListTab />
    </>
  );
}
