import type { Dimension, Metric } from "./queries";

/** A question: what is measured, and what it is split by. */
export interface Asking {
  metrics: string[];
  /** Without time, which is `groupBy`. */
  dimensions: string[];
  groupBy?: "hour" | "day" | "week" | "month" | undefined;
}

const MOST_METRICS = 5;
/** Together with time. */
const MOST_DIMENSIONS = 3;
const GRAINS = ["hour", "day", "week", "month"] as const;

const listed = (text: string | undefined) => [...new Set(text?.split(",").filter(Boolean) ?? [])];

/**
 * Reads the question of an address; what the API does not know, or what does not combine, is left out. Of nothing it is
 * messages by day.
 */
export function readAsking(
  search: Record<string, string | undefined>,
  metrics: Metric[],
  dimensions: Dimension[],
): Asking {
  const known = listed(search["metrics"]).filter((name) => metrics.some((metric) => metric.name === name));
  const isNothing = !search["metrics"] && !search["dimensions"] && !search["groupBy"];
  const groupBy = isNothing ? "day" : GRAINS.find((grain) => grain === search["groupBy"]);
  const asking: Asking = {
    metrics: (known.length > 0 ? known : ["messages"]).slice(0, MOST_METRICS),
    dimensions: [],
    groupBy,
  };
  if (groupBy && !allows(asking, "time", metrics)) asking.groupBy = undefined;
  for (const name of listed(search["dimensions"])) {
    if (canSplit(asking, name, metrics, dimensions)) asking.dimensions.push(name);
  }
  return asking;
}

function allows(asking: Asking, dimension: string, metrics: Metric[]): boolean {
  return asking.metrics.every((name) =>
    metrics.find((one) => one.name === name)?.dimensions.includes(dimension),
  );
}

/** Returns whether a question can be split by one more dimension. */
export function canSplit(asking: Asking, name: string, metrics: Metric[], dimensions: Dimension[]): boolean {
  const dimension = dimensions.find((one) => one.name === name);
  if (!dimension || name === "time" || asking.dimensions.includes(name)) return false;
  const count = asking.dimensions.length + (asking.groupBy ? 1 : 0);
  const isSecondOfMany =
    dimension.isMultiValued &&
    asking.dimensions.some((other) => dimensions.find((one) => one.name === other)?.isMultiValued);
  return count < MOST_DIMENSIONS && !isSecondOfMany && allows(asking, name, metrics);
}

/** Returns whether one more metric can be asked for beside the others, split as they are. */
export function canMeasure(asking: Asking, metric: Metric): boolean {
  const split = [...asking.dimensions, ...(asking.groupBy ? ["time"] : [])];
  return (
    asking.metrics.length < MOST_METRICS &&
    !asking.metrics.includes(metric.name) &&
    split.every((dimension) => metric.dimensions.includes(dimension))
  );
}

/** Returns whether a question can be split by time. */
export function canGroup(asking: Asking, metrics: Metric[]): boolean {
  return (
    (asking.groupBy !== undefined || asking.dimensions.length < MOST_DIMENSIONS) &&
    allows(asking, "time", metrics)
  );
}
