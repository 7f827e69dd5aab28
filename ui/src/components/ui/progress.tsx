export interface ProgressProps {
  /** What goes on. */
  label: string;
  /** Of one hundred; `undefined` where nobody knows. */
  percent: number | undefined;
}

/** A bar that says how much of something is done. */
export function Progress({ label, percent }: ProgressProps) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent !== undefined && { "aria-valuenow": Math.floor(percent) })}
      className="bg-subtle h-2 w-full overflow-hidden rounded-full forced-colors:border"
    >
      <svg width="100%" height="100%" aria-hidden="true">
        <rect
          width={percent === undefined ? "30%" : `${percent}%`}
          height="100%"
          className="fill-primary motion-safe:transition-all forced-colors:fill-[Highlight]"
        />
      </svg>
    </div>
  );
}
