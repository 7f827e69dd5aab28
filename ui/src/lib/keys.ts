import { useEffect, useRef, useSyncExternalStore } from "react";

/**
 * Keys of one letter, and of two after each other (`g` `u`). They rest while somebody types, while a menu or a
 * dialog is open, and where they are switched off (WCAG 2.1.4). Each part says its own keys.
 */
export interface Binding {
  /** One key, or two with a space between them. */
  keys: string;
  /** What it does, for the list of keys. */
  title: string;
  run: () => void;
}

const SETTING = "nchat-analytics-keys";
/** How long the second key may take. */
const SEQUENCE_MS = 1_200;

let bindings: readonly Binding[] = [];
let isOn = localStorage.getItem(SETTING) !== "off";
let first: { key: string; at: number } | undefined;
const listeners = new Set<() => void>();

function tell() {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Says that a key does something for as long as the part is there. */
export function useKey(keys: string, title: string, run: () => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const binding: Binding = { keys, title, run: () => latest.current() };
    bindings = [...bindings, binding];
    tell();
    return () => {
      bindings = bindings.filter((other) => other !== binding);
      tell();
    };
  }, [keys, title]);
}

/** Returns the keys that do something now. */
export function useBindings(): readonly Binding[] {
  return useSyncExternalStore(subscribe, () => bindings);
}

/** Returns whether keys of one letter do anything, and how to switch them. */
export function useAreKeysOn(): [boolean, (isOn: boolean) => void] {
  const current = useSyncExternalStore(subscribe, () => isOn);
  return [
    current,
    (next) => {
      isOn = next;
      localStorage.setItem(SETTING, next ? "on" : "off");
      tell();
    },
  ];
}

/** Listens for keys: once, in the frame. */
export function useKeyListener(): void {
  useEffect(() => {
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

/** Does what a key stands for. */
function press(event: KeyboardEvent): void {
  if (!isOn || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof Element && event.target.closest(RESTING)) return;
  const now = Date.now();
  const before = first && now - first.at < SEQUENCE_MS ? first.key : undefined;
  first = undefined;
  const binding =
    (before && bindings.find(({ keys }) => keys === `${before} ${event.key}`)) ||
    bindings.findLast(({ keys }) => keys === event.key);
  if (binding) {
    event.preventDefault();
    binding.run();
  } else if (bindings.some(({ keys }) => keys.startsWith(`${event.key} `))) {
    first = { key: event.key, at: now };
  }
}

const RESTING =
  'input, textarea, select, [contenteditable], [role="dialog"], [role="menu"], [role="listbox"], [role="tablist"]';
