import type { KeyboardEvent } from "react";
import { useChartHeight } from "@/components/card/card-context";
import { useWidth } from "@/lib/use-size";
import { ChartFigure } from "./chart-figure";
import { layFlow } from "./flow-layout";
import { useMarks } from "./use-marks";

/** Something at a step of a flow. */
export interface FlowNode {
  id: string;
  /** From 1. */
  step: number;
  name: string;
  value: number;
  /** Whether it stands for several things. */
  isRest?: boolean;
}

/** How much goes from one thing to another of the next step. */
export interface FlowLink {
  source: string;
  target: string;
  value: number;
}

export interface SankeyProps {
  nodes: FlowNode[];
  links: FlowLink[];
  /** What is counted. */
  unit: string;
  /** The name over a step. */
  stepName: (step: number) => string;
  /** What does not go on is called. */
  endName: string;
  caption: string;
  format: (value: number) => string;
  height?: number;
}

const BAR = 8;
const TOP = 24;
/** The least width of a step with its names. */
const STEP = 104;
const LABEL = 15;

/** Flows from step to step: the thicker the more; the thing that is looked at lights what comes from and goes to it. */
export function Sankey(props: SankeyProps) {
  const { unit, stepName, endName, caption, format } = props;
  const height = useChartHeight(props.height ?? 400);
  const [box, width] = useWidth<HTMLDivElement>();
  const room = Math.max(2, Math.floor(width / STEP));
  const { columns, links } = layFlow(props.nodes, props.links, room, height - TOP);
  // Up and down are within a step, as they are seen; a row of marks is a step.
  const marks = useMarks({ rows: columns.length, columns: (row) => columns[row]?.length ?? 0 });
  const onKeyDown = (event: KeyboardEvent) => {
    const turned: Record<string, string> = {
      ArrowUp: "ArrowLeft",
      ArrowDown: "ArrowRight",
      ArrowLeft: "ArrowUp",
      ArrowRight: "ArrowDown",
    };
    marks.onKeyDown({
      key: turned[event.key] ?? event.key,
      preventDefault: () => event.preventDefault(),
      stopPropagation: () => event.stopPropagation(),
    } as KeyboardEvent);
  };
  const step = (width - STEP + 16) / Math.max(1, columns.length - 1);
  const x = (column: number) => column * step;
  const { at } = marks;
  const node = at && columns[at.row]?.[at.column];
  const isLit = (link: { source: string; target: string }) =>
    node?.id === link.source || node?.id === link.target;
  const onward = node ? links.filter((link) => link.source === node.id) : [];
  const nameOf = (id: string) => columns.flat().find((one) => one.id === id)?.name ?? "";
  const rows = node
    ? [
        { name: unit, value: format(node.value) },
        ...[...onward]
          .sort((one, other) => other.value - one.value)
          .slice(0, 3)
          .map((link) => ({ name: `→ ${nameOf(link.target)}`, value: format(link.value) })),
        ...(node.ends > 0 ? [{ name: endName, value: format(node.ends) }] : []),
      ]
    : [];
  return (
    <ChartFigure
      box={box}
      width={width}
      height={height}
      caption={caption}
      marks={{ ...marks, onKeyDown }}
      tip={
        node && at
          ? {
              tip: { title: `${stepName(node.step)}: ${node.name}`, rows },
              x: x(at.row) + BAR,
              y: TOP + node.y,
            }
          : null
      }
      markAt={(left, top) => {
        const row = Math.round((left - BAR) / step);
        const column = columns[row]?.findIndex(
          ({ y, size }) => top - TOP >= y - 2 && top - TOP <= y + Math.max(size, LABEL),
        );
        return column === undefined || column < 0 ? null : { row, column };
      }}
    >
      {columns.map((_, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
        <text key={column} x={x(column)} y={10} className="fill-muted text-xs">
          {stepName(column + 1)}
        </text>
      ))}
      <g transform={`translate(0 ${TOP})`}>
        {links.map((link) => {
          const [from, to] = [x(link.column) + BAR, x(link.column + 1)];
          const middle = (from + to) / 2;
          const [a, b, size] = [link.from, link.to, link.size];
          return (
            <path
              key={`${link.source} ${link.target}`}
              d={`M${from},${a}C${middle},${a} ${middle},${b} ${to},${b}V${b + size}C${middle},${b + size} ${middle},${a + size} ${from},${a + size}Z`}
              fill="var(--series-1)"
              opacity={isLit(link) ? 0.5 : node ? 0.06 : 0.15}
            />
          );
        })}
        {columns.map((nodes, column) =>
          nodes.map((one) => (
            <g key={one.id}>
              <rect
                x={x(column)}
                y={one.y}
                width={BAR}
                height={Math.max(1.5, one.size)}
                rx={2}
                fill={one.isRest ? "var(--compare)" : "var(--series-1)"}
              />
              {one.hasName && (
                <text
                  x={x(column) + BAR + 6}
                  y={one.y + Math.max(1.5, one.size) / 2}
                  dy="0.32em"
                  className="fill-foreground text-xs font-medium"
                  stroke="var(--card)"
                  strokeWidth={3}
                  strokeLinejoin="round"
                  paintOrder="stroke"
                >
                  {one.name} {format(one.value)}
                </text>
              )}
            </g>
          )),
        )}
      </g>
    </ChartFigure>
  );
}
