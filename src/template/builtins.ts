import { type Args, type Callable, takes } from './args.ts';
import { Fault } from './fault.ts';
import { sprint, sprintln } from './print.ts';
import { sprintf } from './printf.ts';
import {
  compareText,
  Dict,
  isTrue,
  List,
  Struct,
  Time,
  textOf,
  typeOf,
  type Value,
  Whole,
  wholeOf,
} from './value.ts';

const MANY = Number.POSITIVE_INFINITY;

/** Functions of Go's text/template. `and` and `or` are not here: they do not evaluate it all. */
export const BUILTINS: Readonly<Record<string, Callable>> = {
  call: takes(1, MANY, () => {
    throw new Fault('call: there are no functions among the values of a notification');
  }),
  eq: takes(1, MANY, (args) => {
    if (args.count < 2) throw new Fault('eq wants something to compare with');
    return args.values.slice(1).some((other) => equal(args.any(0), other));
  }),
  ne: takes(2, 2, (args) => !equal(args.any(0), args.any(1))),
  lt: takes(2, 2, (args) => order(args) < 0),
  le: takes(2, 2, (args) => order(args) <= 0),
  gt: takes(2, 2, (args) => order(args) > 0),
  ge: takes(2, 2, (args) => order(args) >= 0),
  not: takes(1, 1, (args) => !isTrue(args.any(0))),
  len: takes(1, 1, (args) => BigInt(sizeOf(args.any(0)))),
  index: takes(1, MANY, (args) => args.values.slice(1).reduce(indexed, args.any(0))),
  slice: takes(1, 4, sliced),
  print: takes(0, MANY, ({ values, world }) => sprint(values, world.meter)),
  println: takes(0, MANY, ({ values, world }) => sprintln(values, world.meter)),
  printf: takes(1, MANY, (args) => sprintf(args.text(0), args.values.slice(1), args.world.meter)),
  html: takes(0, MANY, (args) => args.world.meter.text(htmlText(joined(args)))),
  js: takes(0, MANY, (args) => args.world.meter.text(jsText(joined(args)))),
  urlquery: takes(0, MANY, (args) => args.world.meter.text(queryText(joined(args)))),
};

/** The arguments as one text. */
function joined({ values, world }: Args): string {
  const [only] = values;
  if (values.length === 1 && typeof only === 'string') return only;
  return sprint(values, world.meter);
}

type Kind = 'bool' | 'int' | 'float' | 'text' | 'other';

function kindOf(value: Value): Kind {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return 'float';
  if (wholeOf(value) !== undefined) return 'int';
  return textOf(value) === undefined ? 'other' : 'text';
}

function equal(a: Value, b: Value): boolean {
  const [kind, other] = [kindOf(a), kindOf(b)];
  if (kind !== other) {
    if (a === null || b === null) return false;
    throw new Fault(`${typeOf(a)} and ${typeOf(b)} cannot be compared`);
  }
  switch (kind) {
    case 'int':
      return wholeOf(a) === wholeOf(b);
    case 'text':
      return textOf(a) === textOf(b);
    case 'other':
      return sameOther(a, b);
    default:
      return a === b;
  }
}

/** What Go compares with `==` beyond plain values: nothing, times and pairs. */
function sameOther(a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b;
  if (a instanceof Time && b instanceof Time) return a.ns === b.ns && a.zone === b.zone;
  const pairs = [a, b].map((v) => (v instanceof Struct && v.type === 'template.Pair' ? v : null));
  const [left, right] = pairs;
  if (left && right) {
    return ['Name', 'Value'].every((name) => left.fields.get(name) === right.fields.get(name));
  }
  throw new Fault(`${typeOf(a)} and ${typeOf(b)} cannot be compared`);
}

/** Negative, 0 or positive; NaN compares as nothing does. */
function order(args: Args): number {
  const [a, b] = [args.any(0), args.any(1)];
  const [kind, other] = [kindOf(a), kindOf(b)];
  if (kind === 'bool' || kind === 'other' || other === 'bool' || other === 'other') {
    const odd = kind === 'bool' || kind === 'other' ? a : b;
    throw new Fault(
      `${odd === null ? 'nothing' : typeOf(odd)} has no order: it cannot be compared so`,
    );
  }
  if (kind !== other) throw new Fault(`${typeOf(a)} and ${typeOf(b)} cannot be compared`);
  if (kind === 'text') return compareText(textOf(a) ?? '', textOf(b) ?? '');
  if (kind === 'float')
    return a === b ? 0 : Number(a) < Number(b) ? -1 : Number(a) > Number(b) ? 1 : NaN;
  const [x, y] = [wholeOf(a) ?? 0n, wholeOf(b) ?? 0n];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Texts are as long as their UTF-8. */
function sizeOf(value: Value): number {
  const text = textOf(value);
  if (text !== undefined) return Buffer.byteLength(text);
  if (value instanceof List) return value.items.length;
  if (value instanceof Dict) return value.entries.size;
  throw new Fault(value === null ? 'nothing has no len' : `${typeOf(value)} has no len`);
}

function indexed(from: Value, by: Value): Value {
  if (from instanceof Dict) {
    const name = textOf(by);
    if (name === undefined) throw new Fault(`index wants a name in quotes, not ${typeOf(by)}`);
    return from.get(name);
  }
  const text = textOf(from);
  if (text === undefined && !(from instanceof List)) {
    throw new Fault(from === null ? 'index of nothing' : `${typeOf(from)} has no index`);
  }
  const at = place(by, sizeOf(from) - 1, 'index');
  if (from instanceof List) return from.items[at] ?? null;
  return new Whole('uint8', BigInt(Buffer.from(text ?? '')[at] ?? 0));
}

function place(by: Value, most: number, what: string): number {
  const at = wholeOf(by);
  if (at === undefined) throw new Fault(`${what} wants a whole number, not ${typeOf(by)}`);
  if (at < 0n || at > BigInt(most)) {
    throw new Fault(
      `${what} ${at} is out of range: there are ${what === 'index' ? most + 1 : most}`,
    );
  }
  return Number(at);
}

function sliced(args: Args): Value {
  const from = args.any(0);
  const size = sizeOfSliced(from);
  const [start = 0, end = size] = args.values.slice(1).map((by) => place(by, size, 'slice'));
  if (start > end) throw new Fault(`slice wants its start before its end: ${start} > ${end}`);
  args.world.meter.spend(end - start);
  if (from instanceof List) return new List(from.type, from.items.slice(start, end));
  if (args.count === 4) throw new Fault('slice of a text takes two places only');
  // Cutting inside a character leaves a replacement character, where Go leaves bytes.
  return Buffer.from(textOf(from) ?? '')
    .subarray(start, end)
    .toString('utf8');
}

function sizeOfSliced(from: Value): number {
  if (from instanceof List || textOf(from) !== undefined) return sizeOf(from);
  throw new Fault(from === null ? 'slice of nothing' : `${typeOf(from)} cannot be sliced`);
}

/** Go's HTMLEscapeString, which leaves plus signs. */
export const htmlText = (text: string): string => text.replace(/[\0"'&<>]/g, (c) => HTML[c] ?? c);

const HTML: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** Go's JSEscapeString. */
const jsText = (text: string): string =>
  text.replace(/[\\'"<>&=\p{C}]/gu, (c) => {
    if (c === '\\' || c === "'" || c === '"') return `\\${c}`;
    const code = c.codePointAt(0) ?? 0;
    if (code > 0xffff) return c;
    return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });

/** Go's url.QueryEscape: a space is a plus sign. */
export const queryText = (text: string): string =>
  encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
