import { Check, type LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cn } from "@/lib/cn";

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

/** A list of actions under a button. */
export function Menu({ trigger, children, align = "start", isOpen, onOpenChange }: MenuProps) {
  return (
    <DropdownMenu.Root
      modal={false}
      {...(isOpen !== undefined && { open: isOpen })}
      {...(onOpenChange && { onOpenChange })}
    >
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="bg-card border-border z-50 max-h-[var(--radix-dropdown-menu-content-available-height)] min-w-52 overflow-auto rounded-xl border p-1.5 shadow-[var(--shadow-pop)]"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
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
  const content = (
    <>
      {Icon && <Icon aria-hidden="true" />}
      <span className="flex-1">{children}</span>
      {hint && <Key>{hint}</Key>}
    </>
  );
  if (href !== undefined) {
    return (
      <DropdownMenu.Item asChild className={ITEM}>
        <a href={href} download="">
          {content}
        </a>
      </DropdownMenu.Item>
    );
  }
  return (
    <DropdownMenu.Item className={ITEM} {...(onSelect && { onSelect })}>
      {content}
    </DropdownMenu.Item>
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
  return (
    <DropdownMenu.CheckboxItem
      checked={isChosen}
      onSelect={(event) => {
        if (staysOpen) event.preventDefault();
        onSelect();
      }}
      className={cn(ITEM, "data-[state=checked]:text-primary data-[state=checked]:font-medium")}
    >
      <span className="flex-1">{children}</span>
      {isChosen && <Check aria-hidden="true" className="text-primary!" />}
    </DropdownMenu.CheckboxItem>
  );
}

/** A line between groups of a menu. */
export function MenuRule() {
  return <DropdownMenu.Separator className="bg-border -mx-1.5 my-1.5 h-px" />;
}

/** The name of a key. */
export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="border-border bg-card text-muted inline-grid h-5 min-w-5 place-items-center max-sm:hidden rounded-[5px] border px-1 font-sans text-xs">
      {children}
    </kbd>
  );
}
