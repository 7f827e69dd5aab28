import type { components } from "./schema.gen";

/** What an answer says of itself: its span, zone, source, and what may be wrong with it. */
export type Meta = components["schemas"]["Meta"];

/** How a statement of an answer came about. */
export type Explained = components["schemas"]["Explained"];
