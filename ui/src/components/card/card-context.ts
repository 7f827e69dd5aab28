import { createContext, useContext } from "react";

interface CardSize {
  /** Whether the card fills the window. */
  isFull: boolean;
}

/** How large the card around a chart is. */
export const CardSizeContext = createContext<CardSize>({ isFull: false });

/** Returns the height of a chart, which is twice as high in a card that fills the window. */
export function useChartHeight(height: number): number {
  const { isFull } = useContext(CardSizeContext);
  return isFull ? height * 2 : height;
}
