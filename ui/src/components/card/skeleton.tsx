import { t } from "@lingui/core/macro";

/** The shape of a page whose first answer is on the way. */
export function Skeleton() {
  const block = "bg-card border-border rounded-card animate-pulse border";
  return (
    <div role="status" aria-label={t`Loading`} data-loading className="flex flex-col gap-4">
      <div className="bg-subtle h-9 w-64 rounded-lg" />
      <div className="grid grid-cols-2 gap-4 xl:grid-cols-4">
        {["a", "b", "c", "d"].map((key) => (
          <div key={key} className={`${block} h-36`} />
        ))}
      </div>
      <div className={`${block} h-96`} />
    </div>
  );
}
