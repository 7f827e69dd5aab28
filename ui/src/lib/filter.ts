/**
 * The language of filters, as the API has it:
 *
 *     any    = all { "or" all }
 *     all    = single { "and" single }
 *     single = "not" single | "(" any ")" | field "is" value { "," value } | "segment:" id
 *
 * What is parsed from what was printed is the same filter.
 */
export type Filter =
  | { kind: "is"; field: string; values: string[] }
  | { kind: "segment"; id: string }
  | { kind: "not"; of: Filter }
  | { kind: "and" | "or"; of: Filter[] };

/** Fields that a condition may be about. Those of events' own properties are `property.<name>`. */
export const FIELDS = [
  "channel",
  "user",
  "type",
  "message",
  "emoji",
  "link",
  "domain",
  "url",
  "hashtag",
  "topic",
  "fileName",
  "fileExtension",
  "fileKind",
  "fileHash",
] as const;

const PROPERTY = "property.";
const SEGMENT = "segment:";
const WORD = /^[A-Za-z0-9_\-.:/@+]+$/;
/** Words of the language itself: as values they stand in quotes. */
const RESERVED = ["and", "or", "not", "is"];
const TOKEN = /\s*(?:([(),])|"((?:[^"\\]|\\.)*)"|([\p{Alphabetic}\p{N}_\-.:/@+]+))/uy;

interface Token {
  /** A mark, a word, or a text that stood in quotes. */
  kind: "mark" | "word" | "text";
  text: string;
}

/** Writes a filter as the API reads it. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case "is":
      return `${printField(filter.field)} is ${filter.values.map(printValue).join(",")}`;
    case "segment":
      return `${SEGMENT}${filter.id}`;
    case "not":
      return `not ${inParentheses(filter.of, ["and", "or"])}`;
    case "and":
      return filter.of.map((part) => inParentheses(part, ["and", "or"])).join(" and ");
    case "or":
      return filter.of.map((part) => inParentheses(part, ["or"])).join(" or ");
  }
}

/** Reads a filter; `undefined` for what is none. */
export function parseFilter(text: string): Filter | undefined {
  const tokens = tokensOf(text);
  if (!tokens) return undefined;
  const reader = new Reader(tokens);
  const filter = reader.any();
  return reader.isAtEnd ? filter : undefined;
}

/** Returns the conditions that all have to hold, for a chip each. */
export function conditionsOf(text: string | undefined): Filter[] {
  const filter = text ? parseFilter(text) : undefined;
  if (!filter) return [];
  return filter.kind === "and" ? filter.of : [filter];
}

/** Returns the filter in which all of some conditions have to hold; `undefined` of none. */
export function joinConditions(conditions: Filter[]): string | undefined {
  const [first, ...others] = conditions;
  if (!first) return undefined;
  return printFilter(others.length === 0 ? first : { kind: "and", of: conditions });
}

/** Returns the filter that two of them make together. */
export function bothFilters(one: string | undefined, other: string | undefined): string | undefined {
  if (!one || !other) return one || other || undefined;
  return `(${one}) and (${other})`;
}

function inParentheses(filter: Filter, kinds: Filter["kind"][]): string {
  const text = printFilter(filter);
  return kinds.includes(filter.kind) ? `(${text})` : text;
}

function printValue(value: string): string {
  return WORD.test(value) && !RESERVED.includes(value)
    ? value
    : `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function printField(field: string): string {
  return field.startsWith(PROPERTY) ? `${PROPERTY}${printValue(field.slice(PROPERTY.length))}` : field;
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const whole = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < whole.length) {
    const match = TOKEN.exec(whole);
    if (!match) return undefined;
    const [, mark, quoted, word] = match;
    if (mark !== undefined) tokens.push({ kind: "mark", text: mark });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else tokens.push({ kind: "text", text: (quoted ?? "").replace(/\\(.)/gs, "$1") });
  }
  return tokens;
}

/** Reads tokens from left to right; a part that cannot be read is `undefined`, and so is the whole. */
class Reader {
  #tokens: Token[];
  #place = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#place === this.#tokens.length;
  }

  any(): Filter | undefined {
    return this.#list("or", () => this.#list("and", () => this.#single()));
  }

  #list(kind: "and" | "or", part: () => Filter | undefined): Filter | undefined {
    const parts: Filter[] = [];
    do {
      const read = part();
      if (!read) return undefined;
      parts.push(read);
    } while (this.#takes("word", kind));
    return parts.length === 1 ? parts[0] : { kind, of: parts };
  }

  #single(): Filter | undefined {
    if (this.#takes("word", "not")) {
      const of = this.#single();
      return of && { kind: "not", of };
    }
    if (this.#takes("mark", "(")) {
      const inner = this.any();
      return this.#takes("mark", ")") ? inner : undefined;
    }
    const name = this.#next("word");
    if (name === undefined) return undefined;
    if (name.startsWith(SEGMENT)) {
      const id = name.slice(SEGMENT.length);
      return id ? { kind: "segment", id } : undefined;
    }
    const field = name === PROPERTY ? this.#quoted(PROPERTY) : name;
    const isKnown = (FIELDS as readonly string[]).includes(field ?? "") || field?.startsWith(PROPERTY);
    if (!field || !isKnown || !this.#takes("word", "is")) return undefined;
    const values: string[] = [];
    do {
      const isWord = this.#tokens[this.#place]?.kind === "word";
      const value = this.#next("word", "text");
      if (value === undefined || (isWord && RESERVED.includes(value))) return undefined;
      values.push(value);
    } while (this.#takes("mark", ","));
    return { kind: "is", field, values };
  }

  #quoted(before: string): string | undefined {
    const name = this.#next("text");
    return name === undefined ? undefined : `${before}${name}`;
  }

  #next(...kinds: Token["kind"][]): string | undefined {
    const token = this.#tokens[this.#place];
    if (!token || !kinds.includes(token.kind)) return undefined;
    this.#place += 1;
    return token.text;
  }

  #takes(kind: Token["kind"], text: string): boolean {
    const token = this.#tokens[this.#place];
    const isIt = token?.kind === kind && token.text === text;
    if (isIt) this.#place += 1;
    return isIt;
  }
}
