import type { ReactNode } from "react";

/** The numbers of a chart as a table: what it shows, cell by cell, written as it is read. */
export interface Twin {
  columns: string[];
  /** The first cell of each row names it. */
  rows: (string | number)[][];
}

/** Why there is nothing to show, and what to do. */
export interface Empty {
  title: string;
  text?: string;
  action?: ReactNode;
}

/** The number that a card is about. */
export interface Figure {
  /** `null` where it is not known: a dash is shown, never 0. */
  value: number | null;
  /** "of 65". */
  of?: number | null;
  unit?: string;
  /** In percent; `null` where the span before had none, `undefined` where nothing is compared. */
  percent?: number | null | undefined;
  /** Where more is better or worse; without it the change has no colour. */
  better?: "up" | "down";
  /** How the number is written; exact or compact where nothing is said. */
  format?: (value: number) => string;
}

/** What a card shows of an answer. */
export interface CardContent {
  body: ReactNode;
  figure?: Figure;
  /** The takeaway, in one sentence. */
  caption?: ReactNode;
  /** Instead of the body. */
  empty?: Empty | undefined;
  twin?: Twin;
}

/** A question for Explore that gives the numbers of the card. */
export interface ExploreQuestion {
  metrics: string[];
  dimensions?: string[];
  groupBy?: string;
}
