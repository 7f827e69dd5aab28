import { lazy, type ReactElement, type ReactNode, Suspense, useState } from "react";
import { useIsNarrow } from "@/lib/use-size";
import { Sheet } from "./sheet";
import { WaitingTrigger } from "./waiting-trigger";

export interface PopProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  title: string;
  /** The button that opens it. */
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "center" | "end";
  className?: string;
}

const load = () => import("./pop-panel");
const PopPanel = lazy(async () => ({ default: (await load()).PopPanel }));

/** Content beside its button; on a phone a sheet from below. Its code comes when it is about to be opened. */
export function Pop(props: PopProps) {
  const { isOpen, onOpenChange, title, trigger, children } = props;
  const isNarrow = useIsNarrow();
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  const waiting = (
    <WaitingTrigger trigger={trigger} opens="dialog" load={load} onPress={() => onOpenChange(true)} />
  );
  if (isNarrow) {
    return (
      <>
        {waiting}
        <Sheet isOpen={isOpen} onOpenChange={onOpenChange} title={title} side="bottom">
          {children}
        </Sheet>
      </>
    );
  }
  return wasOpen ? (
    <Suspense fallback={waiting}>
      <PopPanel {...props} />
    </Suspense>
  ) : (
    waiting
  );
}
