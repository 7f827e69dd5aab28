import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Filter } from "@/lib/filter";

/** A field that pages let people filter by. */
export interface FilterField {
  field: string;
  title: MessageDescriptor;
  /** The dimension of `POST /query` that has its values. */
  dimension: string;
}

/** In the order in which they are offered. */
export const FILTER_FIELDS: FilterField[] = [
  { field: "channel", title: msg`Channel`, dimension: "channel" },
  { field: "user", title: msg`Person`, dimension: "user" },
  { field: "type", title: msg`Kind of event`, dimension: "eventType" },
  { field: "message", title: msg`What a message carries`, dimension: "messageType" },
  { field: "emoji", title: msg`Emoji`, dimension: "emoji" },
  { field: "hashtag", title: msg`Hashtag`, dimension: "hashtag" },
  { field: "topic", title: msg`Topic`, dimension: "topic" },
  { field: "domain", title: msg`Domain of links`, dimension: "domain" },
  { field: "fileKind", title: msg`Kind of file`, dimension: "fileKind" },
];

/** A condition as a chip has it: a field, whether it is turned around, and values. */
export interface Condition {
  field: string;
  isNot: boolean;
  values: string[];
}

/** Returns a filter as a condition; `undefined` where it is more than one. */
export function asCondition(filter: Filter): Condition | undefined {
  const inner = filter.kind === "not" ? filter.of : filter;
  if (inner.kind !== "is") return undefined;
  return { field: inner.field, isNot: filter.kind === "not", values: inner.values };
}

/** Returns the filter that a condition is. */
export function asFilter({ field, isNot, values }: Condition): Filter {
  const is: Filter = { kind: "is", field, values };
  return isNot ? { kind: "not", of: is } : is;
}
