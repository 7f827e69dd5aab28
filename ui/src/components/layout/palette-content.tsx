import { t } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CalendarDays, Filter, Hash, type LucideIcon, Search, SunMoon, User } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { answers } from "@/api/answers";
import { channelTitle } from "@/lib/channel-title";
import { cn } from "@/lib/cn";
import { useScope } from "@/lib/scope";
import { chooseTheme } from "@/lib/theme";
import { type Search as Address, DEFAULT_SCOPE, type Period, travelling, withView } from "@/lib/url-state";
import { GROUPS, pageOf } from "./pages";
import { recallChoices, rememberChoice } from "./palette-memory";

/** Something that can be chosen. */
interface Choice {
  id: string;
  title: string;
  /** What it is: "page", "channel". */
  kind: string;
  icon: LucideIcon;
  run: () => void;
}

const FOUND = 8;

/** The field, and what its text may mean. */
export function PaletteContent({ onDone }: { onDone: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  // The dialog was open before its content was there.
  useEffect(() => field.current?.focus(), []);
  const choices = useChoices(text.trim());
  const chosen = choices[Math.min(at, choices.length - 1)];
  const run = (choice: Choice | undefined) => {
    if (!choice) return;
    rememberChoice(choice.id);
    onDone();
    choice.run();
  };
  const chosenId = chosen && `${list}-${chosen.id}`;
  useEffect(() => {
    if (chosenId) document.getElementById(chosenId)?.scrollIntoView({ block: "nearest" });
  }, [chosenId]);
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt((at + step + choices.length) % Math.max(1, choices.length));
    else if (event.key === "Enter") run(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <label className="border-border flex h-12 items-center gap-3 border-b px-4">
        <Search aria-hidden="true" className="text-muted size-4" />
        <input
          ref={field}
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={chosenId}
          aria-label={t`Pages, channels, people, actions`}
          placeholder={t`Pages, channels, people, actions`}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={press}
          className="placeholder:text-muted w-full bg-transparent text-base outline-none"
        />
      </label>
      <div role="listbox" id={list} aria-label={t`Found`} className="max-h-[50vh] overflow-auto p-1.5">
        {choices.map((choice) => (
          <button
            key={choice.id}
            id={`${list}-${choice.id}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={choice === chosen}
            onClick={() => run(choice)}
            className="aria-selected:bg-hover hover:bg-hover flex min-h-10 w-full items-center gap-3 rounded-lg px-3 text-start pointer-coarse:min-h-11"
          >
            <choice.icon aria-hidden="true" className="text-muted size-4 shrink-0" />
            <span className="min-w-0 flex-1 truncate">{choice.title}</span>
            <span className="text-muted text-xs">{choice.kind}</span>
          </button>
        ))}
      </div>
      <p className={cn("text-muted px-4 pb-4", choices.length > 0 && "sr-only")} aria-live="polite">
        {choices.length === 0 ? t`Nothing is called like this.` : ""}
      </p>
    </>
  );
}

/** Returns what a text may mean: pages and actions of this place, channels and people of the API. */
function useChoices(text: string): Choice[] {
  const { i18n } = useLingui();
  const navigate = useNavigate();
  const [, change] = useScope();
  const found = useQuery({
    ...answers("search", DEFAULT_SCOPE, { q: text, limit: String(FOUND) }),
    meta: {},
    enabled: text !== "",
    placeholderData: keepPreviousData,
  });
  const go = (to: string, view: Address = {}) =>
    void navigate({ to, search: ((old: Address) => withView(travelling(old), view)) as never });
  const pages = GROUPS.flatMap((group) => group.pages).map(
    (page): Choice => ({
      id: `page-${page.path}`,
      title: i18n._(page.title),
      kind: t`page`,
      icon: page.icon,
      run: () => go(page.path),
    }),
  );
  const periods: [Period, string][] = [
    ["today", t`Today`],
    ["7d", t`Last 7 days`],
    ["30d", t`Last 30 days`],
    ["90d", t`Last 90 days`],
    ["365d", t`Last 365 days`],
  ];
  const actions: Choice[] = [
    ...periods.map(([period, title]) => ({
      id: `period-${period}`,
      title,
      kind: t`period`,
      icon: CalendarDays,
      run: () => change({ period, from: undefined, to: undefined }),
    })),
    { id: "dark", title: t`Dark`, kind: t`theme`, icon: SunMoon, run: () => chooseTheme("dark") },
    { id: "light", title: t`Light`, kind: t`theme`, icon: SunMoon, run: () => chooseTheme("light") },
  ];
  const here = [...pages, ...actions];
  if (text === "") {
    const recent = recallChoices().flatMap((id) => here.find((choice) => choice.id === id) ?? []);
    return [...recent, ...here.filter((choice) => !recent.includes(choice))];
  }
  const sought = text.toLocaleLowerCase();
  const results = (found.data?.results ?? []).map((result): Choice => {
    const { kind, id, name } = result;
    const common = { id: `${kind}-${id}` };
    if (kind === "channel") {
      const run = () =>
        pageOf("/channels") ? go(`/channels/${encodeURIComponent(id)}`) : change({ channelId: id });
      return { ...common, title: channelTitle(name ?? id), kind: t`channel`, icon: Hash, run };
    }
    if (kind === "segment") {
      return {
        ...common,
        title: name ?? id,
        kind: t`segment`,
        icon: Filter,
        run: () => change({ segment: id }),
      };
    }
    const run = () => (pageOf("/users") ? go(`/users/${encodeURIComponent(id)}`) : change({ userId: id }));
    return { ...common, title: name ?? id, kind: t`person`, icon: User, run };
  });
  return [...here.filter(({ title }) => title.toLocaleLowerCase().includes(sought)), ...results];
}
