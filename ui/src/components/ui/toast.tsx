import { Toast } from "radix-ui";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";

const Context = createContext<(text: string) => void>(() => undefined);

/** Shows short sentences about what was done, and reads them aloud. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<{ id: number; text: string }[]>([]);
  const show = useCallback((text: string) => setToasts((all) => [...all, { id: Date.now(), text }]), []);
  return (
    <Context value={show}>
      <Toast.Provider duration={4_000}>
        {children}
        {toasts.map(({ id, text }) => (
          <Toast.Root
            key={id}
            onOpenChange={(isOpen) => {
              if (!isOpen) setToasts((all) => all.filter((toast) => toast.id !== id));
            }}
            className="bg-foreground text-background rounded-control px-4 py-2.5 font-medium shadow-[var(--shadow-pop)]"
          >
            <Toast.Title>{text}</Toast.Title>
          </Toast.Root>
        ))}
        <Toast.Viewport className="fixed inset-x-0 bottom-0 z-[70] m-auto flex w-fit flex-col gap-2 p-4 outline-none" />
      </Toast.Provider>
    </Context>
  );
}

/** Returns how to say that something was done. */
export function useToast(): (text: string) => void {
  return useContext(Context);
}
