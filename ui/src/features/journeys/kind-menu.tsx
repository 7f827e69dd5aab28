import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { statusQuery } from "@/api/status";
import { Button } from "@/components/ui/button";
import { Menu, MenuChoice, MenuRule } from "@/components/ui/menu";
import { useKindName } from "@/lib/kinds";

/** Returns the kinds of events that there are, the most frequent first. */
export function useKinds(): string[] {
  const { data } = useQuery(statusQuery);
  const kinds = Object.entries(data?.eventTypes ?? {}).sort(([, one], [, other]) => other - one);
  return kinds.map(([kind]) => kind).filter((kind) => kind !== "presence");
}

export interface KindMenuProps {
  label: string;
  /** What stands for every kind. */
  any: string;
  value: string | undefined;
  onChange: (kind: string | undefined) => void;
}

/** Chooses a kind of event, or none. */
export function KindMenu({ label, any, value, onChange }: KindMenuProps) {
  const kinds = useKinds();
  const kindName = useKindName();
  return (
    <Menu
      trigger={
        <Button>
          <span className="text-muted font-normal">{label}</span> {value ? kindName(value) : any}
          <ChevronDown aria-hidden="true" />
        </Button>
      }
    >
      <MenuChoice isChosen={value === undefined} onSelect={() => onChange(undefined)}>
        {any}
      </MenuChoice>
      <MenuRule />
      {kinds.map((kind) => (
        <MenuChoice key={kind} isChosen={kind === value} onSelect={() => onChange(kind)}>
          {kindName(kind)}
        </MenuChoice>
      ))}
    </Menu>
  );
}
