import { busiestHour, byTwoHours } from "@/lib/hours";
import { useFormat } from "@/lib/use-format";
import { useWidth } from "@/lib/use-size";
import { Heatmap } from "./heatmap";

export interface HoursHeatProps {
  /** Monday first, 24 hours each. */
  heatmap: number[][];
  unit: string;
  caption: string;
  cell?: number;
  /** The weeks of all charts beside this one, so that their colours mean the same. */
  among?: number[][][];
}

/** Below this width a column is two hours. */
const WIDE = 480;

/** A week by local hour, as cells; in steps of two hours where there is no room for each. */
export function HoursHeat({ heatmap, unit, caption, cell = 24, among }: HoursHeatProps) {
  const format = useFormat();
  const [box, width] = useWidth<HTMLDivElement>();
  const step = width >= WIDE ? 1 : 2;
  const inSteps = (week: number[][]) => (step === 1 ? week : byTwoHours(week));
  const weeks = inSteps(heatmap);
  const hour = (at: number) => String(at % 24).padStart(2, "0");
  const most = busiestHour(weeks);
  return (
    <div ref={box}>
      <Heatmap
        rows={weeks.map((values, day) => ({
          name: format.weekday(day),
          title: format.weekday(day, "long"),
          values,
        }))}
        columns={Array.from({ length: 24 / step }, (_, place) => ({
          label: (place * step) % (step === 1 ? 3 : 6) === 0 ? hour(place * step) : "",
          title: `${hour(place * step)}–${hour(place * step + step)}`,
        }))}
        unit={unit}
        caption={caption}
        format={format.exact}
        cell={cell}
        {...(among && { max: Math.max(0, ...among.flatMap((week) => inSteps(week).flat())) })}
        peak={most && { row: most.day, column: most.hour }}
      />
    </div>
  );
}
