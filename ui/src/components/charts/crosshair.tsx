import { createContext, type ReactNode, use, useEffect, useId, useState, useSyncExternalStore } from "react";

/** A bucket of time that is looked at, by its whole name, and the chart that it is looked at in. */
interface Looked {
  title: string;
  by: string;
}

/** What is looked at on a page. Only what draws it is told: a page is not drawn anew with every move. */
class Crosshair {
  #looked: Looked | undefined;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly looked = () => this.#looked;

  look(looked: Looked | undefined): void {
    this.#looked = looked;
    for (const listener of this.#listeners) listener();
  }

  leave(by: string): void {
    if (this.#looked?.by === by) this.look(undefined);
  }
}

const Context = createContext<Crosshair | undefined>(undefined);

/** Charts over time inside mark what one of them looks at. */
export function CrosshairProvider({ children }: { children: ReactNode }) {
  const [crosshair] = useState(() => new Crosshair());
  return <Context value={crosshair}>{children}</Context>;
}

export interface CrossLineProps {
  /** The whole names of the chart's buckets. */
  titles: string[];
  /** The bucket that this chart looks at. */
  at: number | undefined;
  x: (place: number) => number;
  top: number;
  bottom: number;
}

/** Tells the other charts of the page which time this one looks at, and marks what they do. */
export function CrossLine({ titles, at, x, top, bottom }: CrossLineProps) {
  const crosshair = use(Context);
  const by = useId();
  const looked = useSyncExternalStore(crosshair?.subscribe ?? nobody, crosshair?.looked ?? nothing);
  const title = at === undefined ? undefined : titles[at];
  useEffect(() => {
    if (title === undefined) return;
    crosshair?.look({ title, by });
    return () => crosshair?.leave(by);
  }, [crosshair, title, by]);
  const place = looked && at === undefined ? titles.indexOf(looked.title) : -1;
  if (place === -1) return null;
  const line = { x1: x(place), x2: x(place), y1: top, y2: bottom };
  return <line data-crosshair="" data-no-export="" {...line} stroke="var(--control)" strokeDasharray="2 3" />;
}

const nobody = () => () => undefined;
const nothing = () => undefined;
