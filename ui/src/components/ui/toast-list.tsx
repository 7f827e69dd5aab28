import { Toast } from "radix-ui";
import type { ToastText } from "./toast";

/** What `ToastProvider` shows. */
export function ToastList({ toasts, onClose }: { toasts: ToastText[]; onClose: (id: number) => void }) {
  return (
    <Toast.Provider duration={4_000}>
      {toasts.map(({ id, text }) => (
        <Toast.Root
          key={id}
          onOpenChange={(isOpen) => {
            if (!isOpen) onClose(id);
          }}
          className="bg-foreground text-background rounded-control px-4 py-2.5 font-medium shadow-[var(--shadow-pop)]"
        >
          <Toast.Title>{text}</Toast.Title>
        </Toast.Root>
      ))}
      <Toast.Viewport className="fixed inset-x-0 bottom-0 z-[70] m-auto flex w-fit flex-col gap-2 p-4 outline-none" />
    </Toast.Provider>
  );
}
