export interface MiniBarsProps {
  values: (number | null)[];
  /** The value of a whole bar; the largest one where nothing is said. */
  max?: number;
  width?: number;
  height?: number;
  /** How many of the last bars are what the row is about; all where nothing is said. */
  accented?: number;
}

/** Bars of a row, from zero, without axes. They repeat what numbers of the row say, and are not read aloud. */
export function MiniBars({ values, max, width = 84, height = 20, accented }: MiniBarsProps) {
  const largest = max ?? Math.max(1, ...values.map((value) => value ?? 0));
  const step = width / Math.max(1, values.length);
  const first = values.length - (accented ?? values.length);
  return (
    <svg aria-hidden="true" width={width} height={height} className="inline-block align-middle">
      <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} stroke="var(--track)" />
      {values.map((value, place) => {
        if (!value) return null;
        const tall = Math.max(1.5, (height * value) / largest);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={place}
            x={place * step}
            y={height - tall}
            width={Math.max(1, step - Math.min(1.5, step / 3))}
            height={tall}
            fill={place >= first ? "var(--series-1)" : "var(--control)"}
          />
        );
      })}
    </svg>
  );
}
