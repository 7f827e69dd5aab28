/** Something that happened at a point of time. */
export interface Flag {
  place: number;
  title: string;
}

interface FlagsProps {
  flags: Flag[];
  x: (place: number) => number;
  top: number;
  bottom: number;
  /** Where labels have to end. */
  width: number;
}

const CHARACTER = 6.6;

/** What happened, as flags above a chart; of those that would touch, only the last one has words. */
export function Flags({ flags, x, top, bottom, width }: FlagsProps) {
  return flags.map((flag, index) => {
    const left = x(flag.place);
    const room = flag.title.length * CHARACTER + 22;
    const next = flags[index + 1];
    const hasWords = left + room <= (next ? x(next.place) : width);
    return (
      <g key={`${flag.place} ${flag.title}`}>
        <line x1={left} x2={left} y1={top - 8} y2={bottom} stroke="var(--border)" />
        {hasWords && (
          <>
            <rect x={left - 6} y={top - 26} width={room} height={20} rx={6} fill="var(--subtle)" />
            <text x={left + 10} y={top - 16} dy="0.32em" className="fill-muted text-xs">
              {flag.title}
            </text>
          </>
        )}
        <path
          d={`M${left} ${top - 11}v-10l7 3.2-7 3.2`}
          fill="none"
          stroke="var(--foreground)"
          strokeWidth={1.25}
        />
      </g>
    );
  });
}
