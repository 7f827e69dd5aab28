import { NoSuchPage } from "@/components/layout/no-such-page";

/** Not built yet, so there is no such page. */
export function ChannelPage() {
  return <NoSuchPage />;
}
