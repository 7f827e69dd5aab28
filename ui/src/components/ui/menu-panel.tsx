import { DropdownMenu } from "radix-ui";
import { MenuPartsContext, type MenuProps } from "./menu";

const PARTS = {
  Item: DropdownMenu.Item,
  CheckboxItem: DropdownMenu.CheckboxItem,
  Separator: DropdownMenu.Separator,
};

/** The parts that items of a menu are made of. */
export type MenuParts = typeof PARTS;

/** What `Menu` shows. */
export function MenuPanel({ trigger, children, align = "start", isOpen, onOpenChange }: MenuProps) {
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
          <MenuPartsContext value={PARTS}>{children}</MenuPartsContext>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
