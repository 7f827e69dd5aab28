/** A small bar for a share of one hundred; the number stands beside it. */
export function Meter({ percent }: { percent: number }) {
  return (
    <span
      aria-hidden="true"
      className="bg-track inline-block h-1.5 w-10 overflow-hidden rounded-full align-middle"
    >
      <span
        className="bg-primary block h-full rounded-full"
        style={{ width: `${Math.min(100, Math.max(0, percent))}%` }}
      />
    </span>
  );
}
