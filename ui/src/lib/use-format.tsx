import { useLingui } from "@lingui/react";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { createFormat, type Format } from "./format";
import { dateIn } from "./plain-date";

/** The formats of a place, and its present. */
type FormatHere = Format & { asOf: string };

const Context = createContext<FormatHere | null>(null);

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
  const format = useMemo(
    () => ({ ...createFormat(i18n.locale, zone, today), asOf }),
    [i18n.locale, zone, today, asOf],
  );
  return <Context value={format}>{children}</Context>;
}

/** Returns how numbers and times are written here. */
export function useFormat(): FormatHere {
  const format = useContext(Context);
  if (!format) throw new Error("useFormat needs a FormatProvider around it");
  return format;
}
