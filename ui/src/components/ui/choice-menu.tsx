import { t } from "@lingui/core/macro";
import { ChevronDown } from "lucide-react";
import { Button } from "./button";
import { Menu, MenuChoice, MenuRule } from "./menu";

export interface ChoiceMenuProps {
  /** What is chosen: "Role". */
  label: string;
  options: readonly { value: string; title: string }[];
  /** `undefined` where nothing is chosen. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A button that narrows a list by one of a few values, and says by which. */
export function ChoiceMenu({ label, options, value, onChange }: ChoiceMenuProps) {
  const chosen = options.find((option) => option.value === value);
  return (
    <Menu
      trigger={
        <Button {...(chosen && { className: "border-primary! bg-primary-soft!" })}>
          {chosen ? `${label}: ${chosen.title}` : label}
          <ChevronDown aria-hidden="true" />
        </Button>
      }
    >
      {options.map((option) => (
        <MenuChoice
          key={option.value}
          isChosen={option.value === value}
          onSelect={() => onChange(option.value === value ? undefined : option.value)}
        >
          {option.title}
        </MenuChoice>
      ))}
      {chosen && (
        <>
          <MenuRule />
          <MenuChoice isChosen={false} onSelect={() => onChange(undefined)}>
            {t`All`}
          </MenuChoice>
        </>
      )}
    </Menu>
  );
}
