import { STEPS } from "./scale";

/** The scale of cells: from nothing to the largest value. */
export function HeatLegend({ largest, unit }: { largest: string; unit: string }) {
  return (
    <p aria-hidden="true" className="text-muted mt-2 flex items-center justify-end gap-0.5 text-xs">
      <span className="me-1.5">0</span>
      {Array.from({ length: STEPS }, (_, place) => `var(--heat-${place + 1})`).map((background) => (
        <span key={background} className="h-2.5 w-4 rounded-xs" style={{ background }} />
      ))}
      <span className="ms-1.5">
        {largest} {unit}
      </span>
    </p>
  );
}
