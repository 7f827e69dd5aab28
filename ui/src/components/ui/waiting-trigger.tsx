import { cloneElement, type HTMLAttributes, type ReactElement } from "react";

export interface WaitingTriggerProps {
  trigger: ReactElement;
  opens: "menu" | "dialog";
  /** Fetches the code of what it opens; called when somebody is about to press it. */
  load: () => Promise<unknown>;
  onPress: () => void;
}

/** The button of something whose code has not been fetched yet. */
export function WaitingTrigger({ trigger, opens, load, onPress }: WaitingTriggerProps) {
  const fetchAhead = () => void load();
  return cloneElement(trigger as ReactElement<HTMLAttributes<HTMLElement>>, {
    "aria-haspopup": opens,
    "aria-expanded": false,
    onPointerEnter: fetchAhead,
    onFocus: fetchAhead,
    onClick: onPress,
  });
}
