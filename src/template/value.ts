import { Fault, TEMPLATE_LIMITS } from './fault.ts';

/**
 * What a template computes with. A bigint is Go's `int`, a number its `float64`; what has a type of
 * its own in Go has a class here.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Whole
  | Safe
  | Dict
  | List
  | Struct
  | Time
  | Duration;

/** An integer with a type of its own: `uint8`, `int64`, `time.Month`. */
export class Whole {
  readonly type: string;
  readonly value: bigint;
  /** What `String()` says, where Go's type has one. */
  readonly text: string | undefined;
  constructor(type: string, value: bigint, text?: string) {
    this.type = type;
    this.value = value;
    this.text = text;
  }
}

/** Text that a template declared harmless in one place: `safeHtml`, `safeUrl`. */
export class Safe {
  readonly type: 'template.HTML' | 'template.URL';
  readonly text: string;
  constructor(type: 'template.HTML' | 'template.URL', text: string) {
    this.type = type;
    this.text = text;
  }
}

/** `template.KV` holds strings and prints as `a=b, c=d`; the other is what `dict` makes. */
export class Dict {
  readonly type: 'template.KV' | 'map[string]interface {}';
  /** Sorted by name. */
  readonly entries: ReadonlyMap<string, Value>;
  readonly depth: number;
  constructor(type: Dict['type'], entries: Iterable<readonly [string, Value]>) {
    const sorted = [...new Map(entries)].sort(([a], [b]) => compareText(a, b));
    this.type = type;
    this.entries = new Map(sorted);
    this.depth = deeper(this.entries.values());
  }
  /** Missing names are '' in a KV and nothing in a dict, as `missingkey=zero` has it. */
  get(name: string): Value {
    return this.entries.get(name) ?? (this.type === 'template.KV' ? '' : null);
  }
}

export type ListType =
  | 'template.Alerts'
  | '[]template.Alert'
  | 'template.Pairs'
  | 'template.Strings'
  | '[]string'
  | '[]interface {}';

export class List {
  readonly type: ListType;
  readonly items: readonly Value[];
  readonly depth: number;
  constructor(type: ListType, items: readonly Value[]) {
    this.type = type;
    this.items = items;
    this.depth = deeper(items);
  }
}

export class Struct {
  readonly type: 'template.Data' | 'template.Alert' | 'template.Pair' | 'document' | 'row';
  /** In the order of declaration. */
  readonly fields: ReadonlyMap<string, Value>;
  readonly depth: number;
  constructor(type: Struct['type'], fields: Readonly<Record<string, Value>>) {
    this.type = type;
    this.fields = new Map(Object.entries(fields));
    this.depth = deeper(this.fields.values());
  }
}

/** A moment in a zone. */
export class Time {
  readonly type = 'time.Time';
  /** Nanoseconds since 1970 UTC. */
  readonly ns: bigint;
  /** 'UTC', or an IANA name that is known to exist, or a fixed offset as `+01:00`. */
  readonly zone: string;
  constructor(ns: bigint, zone = 'UTC') {
    this.ns = ns;
    this.zone = zone;
  }
}

/** A length of time in nanoseconds. */
export class Duration {
  readonly type = 'time.Duration';
  readonly ns: bigint;
  constructor(ns: bigint) {
    this.ns = ns;
  }
}

function deeper(values: Iterable<Value>): number {
  let depth = 0;
  for (const value of values) depth = Math.max(depth, depthOf(value));
  if (depth >= TEMPLATE_LIMITS.value_depth_max) {
    throw new Fault(`lists and dicts nest deeper than ${TEMPLATE_LIMITS.value_depth_max}`);
  }
  return depth + 1;
}

const depthOf = (value: Value): number =>
  value instanceof List || value instanceof Dict || value instanceof Struct ? value.depth : 0;

/** By code point, as Go sorts by byte. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const high = (c: number) => c >= 0xd800 && c < 0xe000;
    // A surrogate stands for a code point above all others.
    if (high(x) !== high(y)) return high(x) ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

/** Go's name of a value's type. */
export function typeOf(value: Value): string {
  if (value === null) return '<nil>';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    case 'string':
      return 'string';
    default:
      return value.type;
  }
}

/** Go's truth: nothing, false, zero and what is empty are false. */
export function isTrue(value: Value): boolean {
  if (value === null) return false;
  if (typeof value !== 'object') return Boolean(value) || Number.isNaN(value);
  if (value instanceof Whole) return value.value !== 0n;
  if (value instanceof Duration) return value.ns !== 0n;
  if (value instanceof Safe) return value.text !== '';
  if (value instanceof List) return value.items.length > 0;
  if (value instanceof Dict) return value.entries.size > 0;
  return true;
}

/** The integer a value is, whatever its type; undefined when it is none. */
export function wholeOf(value: Value): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (value instanceof Whole) return value.value;
  return value instanceof Duration ? value.ns : undefined;
}

/** The text a value is (not what it prints as); undefined when it is none. */
export function textOf(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Safe ? value.text : undefined;
}
