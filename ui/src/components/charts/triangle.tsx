import { t } from "@lingui/core/macro";
import { useId } from "react";
import { useFormat } from "@/lib/use-format";
import { useWidth } from "@/lib/use-size";
import { ChartFigure } from "./chart-figure";
import { HeatLegend } from "./heat-legend";
import { heatInk, heatStep } from "./scale";
import type { Tip } from "./tooltip";
import { useMarks } from "./use-marks";

/** A step of a cohort: "not yet" where it is missing. */
export interface TriangleCell {
  /** In percent of the cohort; `null` is not known. */
  percent: number | null;
  /** How many people that is. */
  count?: number | null;
  /** Whether more may still come: outlined with dashes. */
  isOpen?: boolean;
}

export interface TriangleProps {
  rows: {
    /** The name of the cohort, short and whole. */
    name: string;
    title: string;
    /** How many it began with. */
    size: number;
    /** One for each step that the cohort is old enough for. */
    cells: TriangleCell[];
  }[];
  /** The names of steps: a short one above, a whole one in words. */
  steps: { label: string; title: string }[];
  /** The heads of the first two columns: "Week of", "People". */
  heads: [string, string];
  /** The mean of the cohorts by step, under them; `null` is not known. */
  mean?: (number | null)[];
  /** What a cell is the share of: "came back". */
  unit: string;
  caption: string;
  onOpen?: ((row: number, step: number) => void) | undefined;
}

const CELL = 30;
const GAP = 2;
const HEAD = 24;
const NAME = 64;
const SIZE = 56;
/** The least width that a cell has; of more steps than there is room for, the first ones. */
const LEAST = 32;

/** Cohorts as rows, steps as columns, the share that is left as colour and number; what is too young is hatched. */
export function Triangle({ rows, steps, heads, mean, unit, caption, onOpen }: TriangleProps) {
  const format = useFormat();
  const hatch = useId();
  const [box, width] = useWidth<HTMLDivElement>();
  const start = NAME + SIZE + 12;
  const room = Math.max(0, width - start);
  const shown = steps.slice(0, Math.max(1, Math.floor(room / LEAST)));
  const step = room / Math.max(1, shown.length);
  const marks = useMarks({
    rows: rows.length,
    columns: (row) => Math.max(1, Math.min(shown.length, rows[row]?.cells.length ?? 0)),
    onOpen: onOpen && (({ row, column }) => onOpen(row, column)),
  });
  const x = (column: number) => start + column * step;
  const y = (row: number) => HEAD + row * (CELL + GAP);
  const bottom = y(rows.length);
  const round = (percent: number) => format.exact(Math.round(percent));
  const { at } = marks;
  const tipOf = (row: number, column: number): Tip => {
    const cohort = rows[row];
    const cell = cohort?.cells[column];
    const size = format.exact(cohort?.size ?? 0);
    const title = `${cohort?.title ?? ""}, ${shown[column]?.title ?? ""}`;
    return {
      title: cell?.isOpen ? t`${title}, so far` : title,
      rows: [
        { name: unit, value: cell?.percent == null ? "–" : format.percent(cell.percent) },
        ...(cell?.count == null
          ? []
          : [{ name: t`people`, value: t`${format.exact(cell.count)} of ${size}` }]),
      ],
    };
  };
  const total = rows.reduce((sum, row) => sum + row.size, 0);
  return (
    <>
      <ChartFigure
        box={box}
        width={width}
        height={bottom + (mean ? CELL + 8 : 0)}
        caption={caption}
        marks={marks}
        markAt={(left, top) => {
          const [row, column] = [Math.floor((top - HEAD) / (CELL + GAP)), Math.floor((left - start) / step)];
          return rows[row]?.cells[column] && column < shown.length ? { row, column } : null;
        }}
        tip={at ? { tip: tipOf(at.row, at.column), x: x(at.column) + step, y: y(at.row) + CELL } : null}
      >
        <defs>
          <pattern
            id={hatch}
            width={7}
            height={7}
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <line x1={0} x2={0} y1={0} y2={7} stroke="var(--border)" strokeWidth={1.5} />
          </pattern>
        </defs>
        <text x={0} y={14} className="fill-muted text-xs">
          {heads[0]}
        </text>
        <text x={NAME + SIZE} y={14} textAnchor="end" className="fill-muted text-xs">
          {heads[1]}
        </text>
        {shown.map((one, column) => (
          <text
            key={one.title}
            x={x(column) + step / 2}
            y={14}
            textAnchor="middle"
            className="fill-muted text-xs"
          >
            {one.label}
          </text>
        ))}
        {rows.map((cohort, row) => (
          <g key={cohort.title}>
            <text x={0} y={y(row) + CELL / 2} dy="0.32em" className="fill-foreground text-xs">
              {cohort.name}
            </text>
            <text
              x={NAME + SIZE}
              y={y(row) + CELL / 2}
              dy="0.32em"
              textAnchor="end"
              className="fill-foreground text-xs"
            >
              {format.exact(cohort.size)}
            </text>
            {shown.map((one, column) => (
              <Cell
                key={one.title}
                cell={cohort.cells[column]}
                x={x(column)}
                y={y(row)}
                width={step - GAP}
                hatch={hatch}
                isLooked={at?.row === row && at.column === column}
                write={round}
              />
            ))}
          </g>
        ))}
        {mean && (
          <g className="fill-foreground text-xs font-semibold">
            <line x1={0} x2={width} y1={bottom + 4} y2={bottom + 4} stroke="var(--border)" />
            <text x={0} y={bottom + 22} dy="0.32em">
              {t`Mean`}
            </text>
            <text x={NAME + SIZE} y={bottom + 22} dy="0.32em" textAnchor="end">
              {format.exact(total)}
            </text>
            {shown.map((one, column) => (
              <text key={one.title} x={x(column) + step / 2} y={bottom + 22} dy="0.32em" textAnchor="middle">
                {mean[column] == null ? "–" : round(mean[column])}
              </text>
            ))}
          </g>
        )}
      </ChartFigure>
      <HeatLegend largest={format.percent(100)} unit="" />
    </>
  );
}

interface CellProps {
  cell: TriangleCell | undefined;
  x: number;
  y: number;
  width: number;
  /** The identifier of the pattern for what is too young. */
  hatch: string;
  isLooked: boolean;
  write: (percent: number) => string;
}

function Cell({ cell, x, y, width, hatch, isLooked, write }: CellProps) {
  const shape = { x, y, width: Math.max(0, width), height: CELL, rx: 3 };
  if (!cell) return <rect {...shape} fill={`url(#${hatch})`} />;
  const step = cell.percent === null ? 0 : heatStep(cell.percent, 100);
  return (
    <g>
      <rect
        {...shape}
        fill={step > 0 ? `var(--heat-${step})` : "transparent"}
        stroke={isLooked || cell.isOpen ? "var(--foreground)" : step === 0 ? "var(--border)" : "none"}
        strokeWidth={isLooked ? 1.5 : 1}
        strokeDasharray={cell.isOpen && !isLooked ? "3 2" : undefined}
      />
      <text
        x={x + width / 2}
        y={y + CELL / 2}
        dy="0.32em"
        textAnchor="middle"
        fill={heatInk(step)}
        className="text-xs"
      >
        {cell.percent === null ? "·" : write(cell.percent)}
      </text>
    </g>
  );
}
