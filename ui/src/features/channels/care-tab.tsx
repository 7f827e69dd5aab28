import { useScope } from "@/lib/scope";
import { CareCard } from "./care-card";
import { NewcomersCard, UnansweredCard } from "./waiting-cards";

/** What somebody could look at: channels that fade, messages and people that wait. */
export function CareTab() {
  const [scope] = useScope();
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-12">
      <div className="flex min-w-0 flex-col gap-4 lg:col-span-8">
        <CareCard />
        <NewcomersCard scope={scope} className="" />
      </div>
      <UnansweredCard scope={scope} className="lg:col-span-4" />
    </div>
  );
}
