import { t } from "@lingui/core/macro";
import { Search, X } from "lucide-react";
import { useEffect, useState } from "react";
import { cn } from "@/lib/cn";

export interface SearchInputProps {
  label: string;
  value: string;
  /** Called when typing rests. */
  onChange: (value: string) => void;
  className?: string;
}

const REST_MS = 250;

/** A field to search with; it tells what was typed once typing rests. */
export function SearchInput({ label, value, onChange, className }: SearchInputProps) {
  const [text, setText] = useState(value);
  const [told, setTold] = useState(value);
  if (value !== told) {
    // The address changed by other means, as by going back.
    setTold(value);
    setText(value);
  }
  useEffect(() => {
    if (text === told) return;
    const timer = setTimeout(() => {
      setTold(text);
      onChange(text);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [text, told, onChange]);
  return (
    <label
      className={cn(
        "bg-subtle text-muted rounded-control focus-within:outline-primary flex h-9 w-52 min-w-0 items-center gap-2 px-3 focus-within:outline-2 focus-within:outline-offset-2 pointer-coarse:h-11",
        className,
      )}
    >
      <Search aria-hidden="true" className="size-4 shrink-0" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="text-foreground placeholder:text-muted w-full min-w-0 bg-transparent outline-none [&::-webkit-search-cancel-button]:hidden"
      />
      {text && (
        <button
          type="button"
          aria-label={t`Clear`}
          className="hover:text-foreground"
          onClick={() => setText("")}
        >
          <X aria-hidden="true" className="size-4" />
        </button>
      )}
    </label>
  );
}
