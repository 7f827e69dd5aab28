import { createContext, use } from "react";

/** The page that a shared link opens. */
export interface Shared {
  /** The identifier in its path. */
  id: string | undefined;
}

export const SharedContext = createContext<Shared | undefined>(undefined);

/** Returns what was shared; `undefined` for whoever is signed in. Parts that need more than a link opens ask it. */
export function useShared(): Shared | undefined {
  return use(SharedContext);
}
