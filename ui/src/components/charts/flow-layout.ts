import type { FlowLink, FlowNode } from "./sankey";

/** A thing at its place, in pixels. */
interface LaidNode extends FlowNode {
  y: number;
  size: number;
  /** What does not go on from here, though the flow has further steps. */
  ends: number;
  /** Whether its name has room. */
  hasName: boolean;
}

/** A link at its place: `from` and `to` are its upper ends. */
interface LaidLink extends FlowLink {
  column: number;
  from: number;
  to: number;
  size: number;
}

const GAP = 8;
/** The height of a name. */
const LINE = 14;

/**
 * Lays the things of a flow under each other by step, the largest first, and the links between them in the order
 * of the things they join. At most `most` steps; a pixel is worth as much at every step.
 */
export function layFlow(nodes: FlowNode[], links: FlowLink[], most: number, height: number) {
  const steps = [...new Set(nodes.map((node) => node.step))].sort((one, other) => one - other).slice(0, most);
  const groups = steps.map((step) =>
    nodes
      .filter((node) => node.step === step)
      .sort(
        (one, other) =>
          Number(one.isRest ?? false) - Number(other.isRest ?? false) || other.value - one.value,
      ),
  );
  const sums = groups.map((group) => group.reduce((sum, node) => sum + node.value, 0));
  const gaps = Math.max(0, ...groups.map((group) => group.length - 1)) * GAP;
  const scale = Math.max(0, height - gaps) / Math.max(1, ...sums);
  const isLast = (column: number) => column === Math.max(...nodes.map((node) => node.step)) - (steps[0] ?? 1);
  const columns = groups.map((group, column): LaidNode[] => {
    let y = 0;
    let free = 0;
    return group.map((node) => {
      const size = node.value * scale;
      const middle = y + size / 2;
      const hasName = middle - LINE / 2 >= free - 1 && middle + LINE / 2 <= height + LINE / 2;
      if (hasName) free = middle + LINE / 2;
      const gone = links.filter((link) => link.source === node.id).reduce((sum, link) => sum + link.value, 0);
      const laid = { ...node, y, size, ends: isLast(column) ? 0 : Math.max(0, node.value - gone), hasName };
      y += size + GAP;
      return laid;
    });
  });
  const places = new Map(
    columns.flatMap((group, column) => group.map((node, row) => [node.id, { node, column, row }])),
  );
  const [out, into] = [new Map<string, number>(), new Map<string, number>()];
  const drawn = links.flatMap((link) => {
    const [source, target] = [places.get(link.source), places.get(link.target)];
    return source && target && target.column === source.column + 1 ? [{ link, source, target }] : [];
  });
  const laid: LaidLink[] = drawn
    .sort((one, other) => one.source.row - other.source.row || one.target.row - other.target.row)
    .map(({ link, source, target }) => {
      const size = link.value * scale;
      const from = source.node.y + (out.get(link.source) ?? 0);
      const to = target.node.y + (into.get(link.target) ?? 0);
      out.set(link.source, (out.get(link.source) ?? 0) + size);
      into.set(link.target, (into.get(link.target) ?? 0) + size);
      return { ...link, column: source.column, from, to, size };
    });
  return { columns, links: laid };
}
