import { useLingui } from "@lingui/react";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { createFormat, type Format } from "./format";
import { dateIn } from "./plain-date";

const Context = createContext<Format | null>(null);

/** Gives everything inside the formats of the language and of one zone; `asOf` says which year is the present one. */
export function FormatProvider({
  zone,
  asOf,
  children,
}: {
  zone: string;
  asOf: string;
  children: ReactNode;
}) {
  const { i18n } = useLingui();
  const today = dateIn(asOf, zone);
  const format = useMemo(() => createFormat(i18n.locale, zone, today), [i18n.locale, zone, today]);
  return <Context value={format}>{children}</Context>;
}

/** Returns how numbers and times are written here. */
export function useFormat(): Format {
  const format = useContext(Context);
  if (!format) throw new Error("useFormat needs a FormatProvider around it");
  return format;
}
