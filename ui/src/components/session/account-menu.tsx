import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import { CircleUserRound, LogOut } from "lucide-react";
import { sessionQuery, signOut } from "@/api/session";
import { IconButton } from "@/components/ui/button";
import { Menu, MenuItem, MenuRule } from "@/components/ui/menu";
import { useToast } from "@/components/ui/toast";
import { PAGES } from "./next";

/** Who is signed in, and the way out. Where the service knows no sessions, nothing. */
export function AccountMenu() {
  const { data: session } = useQuery(sessionQuery);
  const toast = useToast();
  if (!session) return null;
  const leave = async () => {
    try {
      await signOut();
    } catch (error) {
      return toast(error instanceof Error ? error.message : t`Could not sign out.`);
    }
    // Loaded anew, so that nothing that was answered is left in memory.
    window.location.assign(`${PAGES}/sign-in`);
  };
  const { name, access, role, workspaces } = session;
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={t`Account of ${name}`}>
          <CircleUserRound aria-hidden="true" />
        </IconButton>
      }
    >
      <div className="max-w-64 px-3 py-1.5">
        <p className="truncate font-semibold">{name}</p>
        <p className="text-muted text-xs">
          {role === "owner"
            ? t`Owner of the chat`
            : role === "admin"
              ? t`Admin of the chat`
              : access === "admin"
                ? t`May see and change everything`
                : t`May see everything, and change nothing`}
        </p>
        {workspaces.length > 1 && (
          <p className="text-muted mt-1 text-xs">{t`Workspaces: ${workspaces.join(", ")}`}</p>
        )}
      </div>
      {session.id && (
        <>
          <MenuRule />
          <MenuItem icon={LogOut} onSelect={() => void leave()}>
            {t`Sign out`}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
