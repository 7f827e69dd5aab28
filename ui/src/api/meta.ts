import type { components } from "./schema.gen";

/** What an answer says of itself: its span, zone, source, and what may be wrong with it. */
export type Meta = components["schemas"]["Meta"];

/** Something that happened, drawn as a flag over charts. */
export type Annotation = components["schemas"]["AnnotationAnswer"];

/** How a statement of an answer came about. */
export type Explained = components["schemas"]["Explained"];

/** What a metric is. */
export type MetricInfo = components["schemas"]["MetricRow"];
