/** A number as it is written on a page: what it may be exactly, as it was rounded. */
export interface Quantity {
  text: string;
  low: number;
  high: number;
}

const UNITS: Record<string, number> = {
  "%": 1,
  B: 1,
  byte: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  ms: 1e-3,
  s: 1,
  sec: 1,
  secs: 1,
  min: 60,
  mins: 60,
  h: 3_600,
  hr: 3_600,
  hrs: 3_600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
};
const PART = /^([+−-]?[\d,]+(?:\.\d+)?)\s*([A-Za-z%]+)?\s*/;

/** Reads "1,234", "12.2%", "3 mins 20 secs" or "1.5 kB"; `undefined` for what is no number. */
export function readQuantity(text: string): Quantity | undefined {
  let rest = text.replace(/^[≈×]\s*/, "").trim();
  if (rest === "") return undefined;
  let value = 0;
  let step = 0;
  while (rest) {
    const [whole, digits, unit] = PART.exec(rest) ?? [];
    if (whole === undefined || digits === undefined) return undefined;
    const size = unit === undefined ? 1 : UNITS[unit];
    if (size === undefined) return undefined;
    const decimals = digits.split(".")[1]?.length ?? 0;
    value += Number(digits.replaceAll(",", "").replace("−", "-")) * size;
    step = size / 10 ** decimals;
    rest = rest.slice(whole.length);
  }
  // Times are cut off rather than rounded, and numbers are written exactly up to two decimals.
  const isExact = Number.isInteger(value) && step === 1 && /^[\d,]+$/.test(text);
  const slack = isExact ? 1e-6 : step * 1.000_001;
  return { text, low: value - slack, high: value + slack };
}

/** Numbers by the name under which an answer has them. */
export type Pools = Map<string, number[]>;

/** Collects the numbers of a JSON answer by the last name of their path: `rows[].count` as `count`. */
export function poolsOfJson(value: unknown, name = "", pools: Pools = new Map()): Pools {
  if (typeof value === "number") add(pools, name, value);
  else if (Array.isArray(value)) for (const one of value) poolsOfJson(one, name, pools);
  else if (typeof value === "object" && value !== null)
    for (const [key, one] of Object.entries(value)) poolsOfJson(one, key, pools);
  return pools;
}

/** Collects the numbers of a CSV file by column, and by row; lists in a cell are JSON. */
export function poolsOfCsv([head = [], ...rows]: string[][]): Pools {
  const pools: Pools = new Map();
  for (const [at, row] of rows.entries())
    for (const [place, cell] of row.entries()) {
      const name = head[place] ?? "";
      if (cell.startsWith("[")) poolsOfJson(JSON.parse(cell), name, pools);
      else if (cell !== "" && Number.isFinite(Number(cell)))
        for (const pool of [name, `row ${at}`]) add(pools, pool, Number(cell));
    }
  return pools;
}

function add(pools: Pools, name: string, value: number): void {
  const pool = pools.get(name);
  if (pool) pool.push(value);
  else pools.set(name, [value]);
}

/** Returns the name under which all these quantities are, each as often as it is written; else `undefined`. */
export function poolWith(pools: Pools, sought: Quantity[]): string | undefined {
  for (const [name, pool] of pools) if (holdsAll(pool, sought)) return name;
  return undefined;
}

function holdsAll(pool: number[], sought: Quantity[]): boolean {
  const left = [...pool].sort((one, other) => one - other);
  // Those that end first take the smallest that they may be: what is left is best for all others.
  for (const { low, high } of [...sought].sort((one, other) => one.high - other.high)) {
    const place = left.findIndex((value) => value >= low && value <= high);
    if (place === -1) return false;
    left.splice(place, 1);
  }
  return true;
}

/** Reads a CSV file: RFC 4180, with a byte order mark or without. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const source = text.replace(/^\uFEFF/, "");
  for (let place = 0; place < source.length; place += 1) {
    const mark = source[place];
    if (isQuoted) {
      if (mark !== '"') cell += mark;
      else if (source[place + 1] === '"') {
        cell += '"';
        place += 1;
      } else isQuoted = false;
    } else if (mark === '"') isQuoted = true;
    else if (mark === "," || mark === "\n") {
      row.push(cell.replace(/\r$/, ""));
      cell = "";
      if (mark === "\n") {
        rows.push(row);
        row = [];
      }
    } else cell += mark;
  }
  if (isQuoted) throw new Error("A quoted cell has no end.");
  if (cell !== "" || row.length > 0) rows.push([...row, cell]);
  return rows;
}
