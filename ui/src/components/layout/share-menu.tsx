import { t } from "@lingui/core/macro";
import { Link, Share2, Snowflake } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { useToast } from "@/components/ui/toast";
import { copyText } from "@/lib/export";
import { useKey } from "@/lib/keys";
import { useAddress } from "@/lib/scope";
import { type Search, writeSearch } from "@/lib/url-state";

/** Links to the page as it is shown. */
export function ShareMenu() {
  const [isOpen, setOpen] = useState(false);
  const search = useAddress();
  const toast = useToast();
  const share = t({ message: "Share", context: "action" });
  useKey("s", share, () => setOpen(true));
  const copy = async (more: Search) => {
    // How a page is shown to one person is not what another one is sent.
    const { embed, theme, lang, accent, ...kept } = { ...search, ...more };
    const query = writeSearch(kept);
    await copyText(`${window.location.origin}${window.location.pathname}${query && `?${query}`}`);
    toast(t`Link copied`);
  };
  return (
    <Menu
      align="end"
      isOpen={isOpen}
      onOpenChange={setOpen}
      trigger={
        <IconButton label={share}>
          <Share2 aria-hidden="true" />
        </IconButton>
      }
    >
      <MenuItem icon={Link} onSelect={() => void copy({})}>
        {search["asOf"] ? t`Copy the link, frozen as it is` : t`Copy the link`}
      </MenuItem>
      {!search["asOf"] && (
        <MenuItem icon={Snowflake} onSelect={() => void copy({ asOf: new Date().toISOString() })}>
          {t`Copy a link that stays at this moment`}
        </MenuItem>
      )}
    </Menu>
  );
}
