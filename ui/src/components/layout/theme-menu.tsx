import { t } from "@lingui/core/macro";
import { Moon, Sun } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuChoice } from "@/components/ui/menu";
import { chooseTheme, readTheme, type Theme } from "@/lib/theme";

/** Chooses light, dark, or what the system has. */
export function ThemeMenu() {
  const [theme, setTheme] = useState<Theme>(readTheme);
  const choices: [Theme, string][] = [
    ["system", t`Like the system`],
    ["light", t`Light`],
    ["dark", t`Dark`],
  ];
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={t`Theme`}>
          <Moon aria-hidden="true" className="dark:hidden" />
          <Sun aria-hidden="true" className="hidden dark:block" />
        </IconButton>
      }
    >
      {choices.map(([choice, title]) => (
        <MenuChoice
          key={choice}
          isChosen={choice === theme}
          onSelect={() => {
            chooseTheme(choice);
            setTheme(choice);
          }}
        >
          {title}
        </MenuChoice>
      ))}
    </Menu>
  );
}
