import { spread } from "./scale";

export interface EndLabel {
  text: string;
  /** Where its line ends. */
  y: number;
  /** Bold, for the line that the chart is about. */
  isMain?: boolean;
  /** The colour of its line, shown as a dot where there are several. */
  colour?: string;
}

/** The height that a label needs. */
const LINE = 16;

/** The names of lines at their ends instead of a legend, moved apart where they would touch. */
export function EndLabels({ x, labels }: { x: number; labels: EndLabel[] }) {
  const places = spread(
    labels.map((label) => label.y),
    LINE,
    LINE / 2,
  );
  return labels.map((label, place) => (
    <g key={label.text}>
      {label.colour && <circle cx={x} cy={places[place]} r={3} fill={label.colour} />}
      <text
        x={label.colour ? x + 9 : x}
        y={places[place]}
        dy="0.32em"
        // Readable where it stands over another line.
        stroke="var(--card)"
        strokeWidth={3}
        paintOrder="stroke"
        className={label.isMain ? "fill-foreground text-xs font-semibold" : "fill-muted text-xs"}
      >
        {label.text}
      </text>
    </g>
  ));
}
