import { t } from "@lingui/core/macro";
import { useState } from "react";
import { Key } from "@/components/ui/menu";
import { Sheet } from "@/components/ui/sheet";
import { Switch } from "@/components/ui/switch";
import { useAreKeysOn, useBindings, useKey } from "@/lib/keys";

/** The list of keys (`?`), and the switch for those of one letter. */
export function KeyList() {
  const [isOpen, setOpen] = useState(false);
  const [isOn, setOn] = useAreKeysOn();
  const bindings = useBindings();
  useKey("?", t`Keys`, () => setOpen(true));
  const card: [string, string][] = [
    ["v", t`Table or chart`],
    ["e", t`Menu, with files`],
    ["i", t`How it is computed`],
    ["← →", t`From mark to mark of a chart`],
    ["Enter", t`The list behind the mark`],
  ];
  return (
    <Sheet isOpen={isOpen} onOpenChange={setOpen} title={t`Keys`} side="center">
      <div className="flex flex-col gap-4 p-4">
        <div className="grid gap-x-6 sm:grid-cols-2">
          <KeyRow keys={["Ctrl K"]} title={t`Search`} />
          {bindings.map(({ keys, title }) => (
            <KeyRow key={`${keys} ${title}`} keys={keys.split(" ")} title={title} />
          ))}
        </div>
        <div>
          <h3 className="px-3 pb-1 font-semibold">{t`In a card`}</h3>
          <div className="grid gap-x-6 sm:grid-cols-2">
            {card.map(([key, title]) => (
              <KeyRow key={key} keys={[key]} title={title} />
            ))}
          </div>
        </div>
        <Switch
          label={t`Keys of one letter`}
          hint={t`They rest while you type.`}
          isOn={isOn}
          onChange={setOn}
        />
      </div>
    </Sheet>
  );
}

function KeyRow({ keys, title }: { keys: string[]; title: string }) {
  return (
    <p className="flex min-h-8 items-center gap-1 px-3">
      <span className="flex-1">{title}</span>
      {keys.map((key) => (
        <Key key={key}>{key}</Key>
      ))}
    </p>
  );
}
