import { Check, type LucideIcon } from "lucide-react";
import { createContext, lazy, type ReactElement, type ReactNode, Suspense, use, useState } from "react";
import { cn } from "@/lib/cn";
import type { MenuParts } from "./menu-panel";
import { WaitingTrigger } from "./waiting-trigger";

export interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  children: ReactNode;
  align?: "start" | "end";
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
}

const ITEM =
  "data-[highlighted]:bg-hover flex min-h-9 cursor-default items-center gap-2.5 rounded-lg px-3 outline-none pointer-coarse:min-h-11 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted";

const load = () => import("./menu-panel");
const MenuPanel = lazy(async () => ({ default: (await load()).MenuPanel }));

/** What items are made of, which comes with the panel that they are in. */
export const MenuPartsContext = createContext<MenuParts | undefined>(undefined);

function useParts(): MenuParts {
  const parts = use(MenuPartsContext);
  if (!parts) throw new Error("An item stands in no menu.");
  return parts;
}

/** A list of actions under a button. Its code comes when the first one is about to be opened. */
export function Menu(props: MenuProps) {
  const [isOwnOpen, setOwnOpen] = useState(false);
  const { isOpen = isOwnOpen, onOpenChange = setOwnOpen } = props;
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  const waiting = (
    <WaitingTrigger trigger={props.trigger} opens="menu" load={load} onPress={() => onOpenChange(true)} />
  );
  return wasOpen ? (
    <Suspense fallback={waiting}>
      <MenuPanel {...props} isOpen={isOpen} onOpenChange={onOpenChange} />
    </Suspense>
  ) : (
    waiting
  );
}

export interface MenuItemProps {
  icon?: LucideIcon;
  children: ReactNode;
  onSelect?: () => void;
  /** A file to fetch or a place to go to, instead of an action. */
  href?: string;
  /** The key that does the same. */
  hint?: string;
}

/** An action of a menu. */
export function MenuItem({ icon: Icon, children, onSelect, href, hint }: MenuItemProps) {
  const { Item } = useParts();
  const content = (
    <>
      {Icon && <Icon aria-hidden="true" />}
      <span className="flex-1">{children}</span>
      {hint && <Key>{hint}</Key>}
    </>
  );
  if (href !== undefined) {
    return (
      <Item asChild className={ITEM}>
        <a href={href} download="">
          {content}
        </a>
      </Item>
    );
  }
  return (
    <Item className={ITEM} {...(onSelect && { onSelect })}>
      {content}
    </Item>
  );
}

/** One of several choices of a menu. */
export function MenuChoice({
  isChosen,
  children,
  onSelect,
  staysOpen = false,
}: {
  isChosen: boolean;
  children: ReactNode;
  onSelect: () => void;
  /** Whether more may be chosen before the menu closes. */
  staysOpen?: boolean;
}) {
  const { CheckboxItem } = useParts();
  return (
    <CheckboxItem
      checked={isChosen}
      onSelect={(event) => {
        if (staysOpen) event.preventDefault();
        onSelect();
      }}
      className={cn(ITEM, "data-[state=checked]:text-primary data-[state=checked]:font-medium")}
    >
      <span className="flex-1">{children}</span>
      {isChosen && <Check aria-hidden="true" className="text-primary!" />}
    </CheckboxItem>
  );
}

/** A line between groups of a menu. */
export function MenuRule() {
  const { Separator } = useParts();
  return <Separator className="bg-border -mx-1.5 my-1.5 h-px" />;
}

/** The name of a key. */
export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="border-border bg-card text-muted inline-grid h-5 min-w-5 place-items-center max-sm:hidden rounded-[5px] border px-1 font-sans text-xs">
      {children}
    </kbd>
  );
}
