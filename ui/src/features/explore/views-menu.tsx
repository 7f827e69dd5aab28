import { t } from "@lingui/core/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Bookmark, BookmarkPlus, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useCanChange } from "@/components/session/use-can-change";
import { Button } from "@/components/ui/button";
import { Menu, MenuChoice, MenuItem, MenuRule } from "@/components/ui/menu";
import { useToast } from "@/components/ui/toast";
import { useAddress } from "@/lib/scope";
import { ViewNameDialog } from "./view-name-dialog";
import { createView, deleteView, keptQuery, replaceView, viewOf, viewsQuery } from "./views";

/** Questions that are kept under a name: opens one, and keeps, renames or deletes the one that is shown. */
export function ViewsMenu() {
  const address = useAddress();
  const navigate = useNavigate();
  const canChange = useCanChange();
  const toast = useToast();
  const queries = useQueryClient();
  const { data, error } = useQuery(viewsQuery);
  const [naming, setNaming] = useState<"new" | "rename">();
  const shown = viewOf(data?.views ?? [], address);
  const changed = (done: string) => {
    toast(done);
    setNaming(undefined);
    void queries.invalidateQueries({ queryKey: viewsQuery.queryKey });
  };
  const create = useMutation({
    mutationFn: (name: string) => createView(name, keptQuery(address)),
    onSuccess: () => changed(t`View saved`),
  });
  const rename = useMutation({
    mutationFn: async (name: string) => shown && replaceView({ ...shown, name }),
    onSuccess: () => changed(t`View renamed`),
  });
  const remove = useMutation({
    mutationFn: deleteView,
    onSuccess: () => changed(t`View deleted`),
    onError: (failed) => toast(failed.message),
  });
  // Where privacy keeps views from being read, there is none to open.
  if (error || (data?.views.length === 0 && !canChange)) return null;
  const action = naming === "rename" ? rename : create;
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button>
            <Bookmark aria-hidden="true" />
            <span className="max-w-40 truncate">{shown?.name ?? t`Views`}</span>
          </Button>
        }
      >
        {data?.views.map((view) => (
          <MenuChoice
            key={view.id}
            isChosen={view.id === shown?.id}
            onSelect={() => void navigate({ to: "/explore", search: view.query as never })}
          >
            {view.name}
          </MenuChoice>
        ))}
        {canChange && data && data.views.length > 0 && <MenuRule />}
        {canChange && (
          <MenuItem icon={BookmarkPlus} onSelect={() => setNaming("new")}>
            {t`Save this view…`}
          </MenuItem>
        )}
        {canChange && shown && (
          <>
            <MenuItem icon={Pencil} onSelect={() => setNaming("rename")}>
              {t`Rename…`}
            </MenuItem>
            <MenuItem icon={Trash2} onSelect={() => remove.mutate(shown.id)}>
              {t`Delete this view`}
            </MenuItem>
          </>
        )}
      </Menu>
      {naming && (
        <ViewNameDialog
          title={naming === "rename" ? t`Rename view` : t`Save view`}
          first={naming === "rename" ? (shown?.name ?? "") : ""}
          problem={action.error?.message}
          isPending={action.isPending}
          onName={(name) => action.mutate(name)}
          onClose={() => {
            setNaming(undefined);
            action.reset();
          }}
        />
      )}
    </>
  );
}
