import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";

interface Crumb {
  title: string | undefined;
  setTitle: (title: string | undefined) => void;
}

const Context = createContext<Crumb>({ title: undefined, setTitle: () => undefined });

/** Lets pages tell the header what they are about. */
export function CrumbProvider({ children }: { children: ReactNode }) {
  const [title, setTitle] = useState<string>();
  const value = useMemo(() => ({ title, setTitle }), [title]);
  return <Context value={value}>{children}</Context>;
}

/** Returns the title of the page that is shown. */
export function useCrumb(): string | undefined {
  return useContext(Context).title;
}

/** Names the page in the header and in the window. */
export function useTitle(title: string): void {
  const { setTitle } = useContext(Context);
  useEffect(() => {
    setTitle(title);
    const before = document.title;
    document.title = `${title} · ${before.split(" · ").at(-1)}`;
    return () => {
      setTitle(undefined);
      document.title = before.split(" · ").at(-1) ?? before;
    };
  }, [title, setTitle]);
}
