import { t } from "@lingui/core/macro";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { Pop } from "@/components/ui/pop";
import { SearchInput } from "@/components/ui/search-input";
import { cn } from "@/lib/cn";

export interface PickOption {
  id: string;
  title: string;
  /** What it means. */
  about: string;
  /** Whether it combines with what is chosen. */
  isFitting: boolean;
}

/** A button with a plus that opens a list to choose one more from; what does not combine is grey. */
export function Pick({
  label,
  options,
  onPick,
}: {
  label: string;
  options: PickOption[];
  onPick: (id: string) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const text = search.toLowerCase();
  const found = options.filter((option) =>
    `${option.title} ${option.id} ${option.about}`.toLowerCase().includes(text),
  );
  return (
    <Pop
      isOpen={isOpen}
      onOpenChange={setOpen}
      title={label}
      className="w-80"
      trigger={
        <button
          type="button"
          className="border-control text-muted hover:text-foreground hover:bg-hover inline-flex h-8 items-center gap-1.5 rounded-lg border border-dashed px-2.5 pointer-coarse:h-11"
        >
          <Plus aria-hidden="true" className="size-3.5" />
          {label}
        </button>
      }
    >
      <div className="p-2">
        <SearchInput label={t`Search`} value={search} onChange={setSearch} className="mb-1 w-full" />
        <ul className="max-h-80 overflow-auto">
          {found.map((option) => (
            <li key={option.id}>
              <button
                type="button"
                disabled={!option.isFitting}
                title={option.isFitting ? option.about : t`Does not combine with what is chosen.`}
                onClick={() => {
                  onPick(option.id);
                  setOpen(false);
                  setSearch("");
                }}
                className="hover:bg-hover block w-full rounded-lg px-3 py-2 text-start disabled:opacity-45 disabled:hover:bg-transparent"
              >
                <span className="block font-medium">{option.title}</span>
                <span className="text-muted line-clamp-2 text-xs" lang="en">
                  {option.about}
                </span>
              </button>
            </li>
          ))}
        </ul>
        {found.length === 0 && <p className="text-muted p-3">{t`Nothing with this text in it.`}</p>}
      </div>
    </Pop>
  );
}

/** Something that was chosen, with a cross to take it out. */
export function Chosen({
  title,
  onRemove,
  isMain,
}: {
  title: string;
  onRemove?: (() => void) | undefined;
  isMain?: boolean;
}) {
  return (
    <span
      className={cn(
        "inline-flex h-8 items-center gap-1 rounded-lg ps-3 font-medium pointer-coarse:h-11",
        isMain ? "bg-primary-soft text-primary" : "bg-subtle",
        !onRemove && "pe-3",
      )}
    >
      {title}
      {onRemove && (
        <button
          type="button"
          aria-label={t`Take ${title} out`}
          onClick={onRemove}
          className="hover:bg-hover grid size-7 place-items-center rounded-md pointer-coarse:size-11"
        >
          <X aria-hidden="true" className="size-3.5" />
        </button>
      )}
    </span>
  );
}
