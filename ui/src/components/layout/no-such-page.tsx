import { t } from "@lingui/core/macro";
import { Compass } from "lucide-react";
import { PageHead } from "./page-head";
import { PageLink } from "./page-link";

/** What an address shows that no page has. */
export function NoSuchPage() {
  return (
    <>
      <PageHead title={t`No such page`} icon={Compass} />
      <p className="text-muted text-base">
        {t`Nothing is at this address.`}{" "}
        <PageLink
          to="/"
          className="text-primary font-medium hover:underline"
        >{t`Go to the overview`}</PageLink>
      </p>
    </>
  );
}
