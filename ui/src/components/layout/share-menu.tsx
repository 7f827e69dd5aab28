import { t } from "@lingui/core/macro";
import { useRouterState } from "@tanstack/react-router";
import { Code, Link, Share2, Snowflake, UserRoundX } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useCanChange } from "@/components/session/use-can-change";
import { frameOf } from "@/components/share/frame";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem, MenuRule } from "@/components/ui/menu";
import { useToast } from "@/components/ui/toast";
import { copyText } from "@/lib/export";
import { useKey } from "@/lib/keys";
import { useAddress } from "@/lib/scope";
import { forOthers, type Search, writeSearch } from "@/lib/url-state";

const ShareDialog = lazy(async () => ({
  default: (await import("@/components/share/share-dialog")).ShareDialog,
}));

/** The pages that a link can open, as the service says: no settings, and nothing of single persons or events. */
const SHARED = /^\/(users|channels(\/[^/]+)?|content|journeys|explore)?\/?$/;

/** Links to the page as it is shown. */
export function ShareMenu() {
  const [isOpen, setOpen] = useState(false);
  const [isSharing, setSharing] = useState(false);
  const search = useAddress();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const canShare = useCanChange();
  const toast = useToast();
  const share = t({ message: "Share", context: "action" });
  useKey("s", share, () => setOpen(true));
  const address = (more: Search) => {
    const query = writeSearch({ ...forOthers(search), ...more });
    return `${window.location.origin}${window.location.pathname}${query && `?${query}`}`;
  };
  const copy = (text: string, done: string) => void copyText(text).then(() => toast(done));
  return (
    <>
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
        <MenuItem icon={Link} onSelect={() => copy(address({}), t`Link copied`)}>
          {search["asOf"] ? t`Copy the link, frozen as it is` : t`Copy the link`}
        </MenuItem>
        {!search["asOf"] && (
          <MenuItem
            icon={Snowflake}
            onSelect={() => copy(address({ asOf: new Date().toISOString() }), t`Link copied`)}
          >
            {t`Copy a link that stays at this moment`}
          </MenuItem>
        )}
        <MenuItem icon={Code} onSelect={() => copy(frameOf(address({ embed: "1" })), t`Code copied`)}>
          {t`Copy code for a frame`}
        </MenuItem>
        {canShare && SHARED.test(path) && (
          <>
            <MenuRule />
            <MenuItem icon={UserRoundX} onSelect={() => setSharing(true)}>
              {t`Link for people who do not sign in …`}
            </MenuItem>
          </>
        )}
      </Menu>
      {isSharing && (
        <Suspense>
          <ShareDialog page={path} isOpen={isSharing} onOpenChange={setSharing} />
        </Suspense>
      )}
    </>
  );
}
