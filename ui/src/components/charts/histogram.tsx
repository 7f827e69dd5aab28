import { Bars } from "./bars";

export interface HistogramProps {
  /** How many are from `from` up to `to`, in order. */
  bins: { label: string; title: string; count: number }[];
  /** What is counted. */
  unit: string;
  caption: string;
  format: (value: number) => string;
  height?: number;
  onOpen?: ((bin: number) => void) | undefined;
}

/** How many there are of each size, as bars that touch. */
export function Histogram({ bins, unit, caption, format, height, onOpen }: HistogramProps) {
  return (
    <Bars
      columns={bins}
      series={[{ name: unit, values: bins.map((bin) => bin.count) }]}
      caption={caption}
      format={format}
      spacing="touching"
      {...(height !== undefined && { height })}
      onOpen={onOpen && ((_, column) => onOpen(column))}
    />
  );
}
