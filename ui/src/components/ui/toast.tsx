import { createContext, lazy, type ReactNode, Suspense, useCallback, useContext, useState } from "react";

/** A short sentence about what was done. */
export interface ToastText {
  id: number;
  text: string;
}

const Context = createContext<(text: string) => void>(() => undefined);
const ToastList = lazy(async () => ({ default: (await import("./toast-list")).ToastList }));

/** Shows short sentences about what was done, and reads them aloud. Their code comes with the first one. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<ToastText[]>([]);
  const [hasShown, setShown] = useState(false);
  const show = useCallback((text: string) => {
    setShown(true);
    setToasts((all) => [...all, { id: Date.now(), text }]);
  }, []);
  const close = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  return (
    <Context value={show}>
      {children}
      {hasShown && (
        <Suspense>
          <ToastList toasts={toasts} onClose={close} />
        </Suspense>
      )}
    </Context>
  );
}

/** Returns how to say that something was done. */
export function useToast(): (text: string) => void {
  return useContext(Context);
}
