import { t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { Languages } from "lucide-react";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuChoice } from "@/components/ui/menu";
import { chooseLanguage, LANGUAGES } from "@/lib/locale";

/** Chooses the language. Each one is named in itself. */
export function LanguageMenu() {
  const { i18n } = useLingui();
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={t`Language`}>
          <Languages aria-hidden="true" />
        </IconButton>
      }
    >
      {LANGUAGES.map(([language, name]) => (
        <MenuChoice
          key={language}
          isChosen={i18n.locale.split("-")[0] === language}
          onSelect={() => void chooseLanguage(language)}
        >
          <span lang={language}>{name}</span>
        </MenuChoice>
      ))}
    </Menu>
  );
}
