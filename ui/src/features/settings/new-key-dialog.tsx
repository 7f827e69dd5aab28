import { t } from "@lingui/core/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Copy, Plus, TriangleAlert } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { ChoiceField, TextField } from "@/components/ui/field";
import { Note } from "@/components/ui/note";
import { Sheet } from "@/components/ui/sheet";
import { useToast } from "@/components/ui/toast";
import { copyText } from "@/lib/export";
import { listOf } from "./model";
import { createKey, type Key } from "./queries";

/** Makes a key and shows it, once. */
export function NewKeyDialog() {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [access, setAccess] = useState("read");
  const [expires, setExpires] = useState("90d");
  const [kinds, setKinds] = useState("");
  const [origins, setOrigins] = useState("");
  const queries = useQueryClient();
  const making = useMutation({
    mutationFn: () =>
      createKey({
        name: name.trim(),
        access: access as Key["access"],
        ...(expires && { expires }),
        ...(access === "write" && kinds && { kinds: listOf(kinds) }),
        ...(origins && { origins: listOf(origins) }),
      }),
    onSuccess: () => void queries.invalidateQueries(),
  });
  const open = (next: boolean) => {
    setOpen(next);
    if (!next) {
      // The secret is nowhere any more.
      making.reset();
      setName("");
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate();
  };
  return (
    <>
      <Button size="small" onClick={() => open(true)}>
        <Plus aria-hidden="true" />
        {t`New key`}
      </Button>
      <Sheet isOpen={isOpen} onOpenChange={open} side="center" title={t`New key`}>
        {making.data ? (
          <Secret secret={making.data.secret} onClose={() => open(false)} />
        ) : (
          <form onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-6">
            <TextField
              label={t`Name`}
              hint={t`What it is for, in your words`}
              value={name}
              required
              maxLength={200}
              onChange={(event) => setName(event.target.value)}
            />
            <div className="grid gap-4 sm:grid-cols-2">
              <ChoiceField
                label={t`What it may do`}
                value={access}
                onChange={setAccess}
                options={[
                  { value: "read", title: t`Read numbers` },
                  { value: "write", title: t`Send events` },
                  { value: "admin", title: t`Everything` },
                ]}
              />
              <ChoiceField
                label={t`How long it holds`}
                value={expires}
                onChange={setExpires}
                options={[
                  { value: "30d", title: t`30 days` },
                  { value: "90d", title: t`90 days` },
                  { value: "365d", title: t`365 days` },
                  { value: "", title: t`Until it is revoked` },
                ]}
              />
            </div>
            {access === "write" && (
              <TextField
                label={t`Kinds of events`}
                hint={t`With commas between, like page_view, feature_used. Empty: every kind.`}
                value={kinds}
                onChange={(event) => setKinds(event.target.value)}
              />
            )}
            <TextField
              label={t`Web origins`}
              hint={t`With commas between, like https://chat.example. Empty: from anywhere.`}
              value={origins}
              onChange={(event) => setOrigins(event.target.value)}
            />
            {making.error && (
              <p role="alert" className="text-bad">
                {making.error.message}
              </p>
            )}
            <Button
              type="submit"
              look="primary"
              className="self-end"
              disabled={!name.trim() || making.isPending}
            >
              {t`Make the key`}
            </Button>
          </form>
        )}
      </Sheet>
    </>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const toast = useToast();
  return (
    <div className="flex flex-col gap-4 p-4 sm:p-6">
      <Note icon={TriangleAlert} look="warn">
        {t`This is the only time that the key is shown: only its hash is kept.`}
      </Note>
      <code className="bg-subtle rounded-control p-3 text-xs break-all select-all">{secret}</code>
      <div className="flex justify-end gap-2">
        <Button onClick={() => void copyText(secret).then(() => toast(t`Key copied`))}>
          <Copy aria-hidden="true" />
          {t`Copy the key`}
        </Button>
        <Button look="primary" onClick={onClose}>{t`Done`}</Button>
      </div>
    </div>
  );
}
