import { compileSearch, type Search } from '../domain/alarm/pattern.ts';
import { type Args, type Callable, takes } from './args.ts';
import { BUILTINS } from './builtins.ts';
import { Fault, type Meter, TEMPLATE_LIMITS } from './fault.ts';
import { floatText } from './float.ts';
import { toJson } from './json.ts';
import { formatTime, inZone } from './time.ts';
import { parseTime } from './time-parse.ts';
import { titled } from './title.ts';
import { Dict, Duration, List, Safe, Time, textOf, typeOf, type Value, wholeOf } from './value.ts';

const MANY = Number.POSITIVE_INFINITY;

const text = (run: (text: string, args: Args) => Value): Callable =>
  takes(1, 1, (args) => {
    const result = run(args.text(0), args);
    return typeof result === 'string' ? args.world.meter.text(result) : result;
  });

/** Go maps each character to one: `ß` stays. */
const upper = (s: string): string => {
  const all = s.toUpperCase();
  if (all.length === s.length) return all;
  return Array.from(s, (c) => ([...c.toUpperCase()].length === 1 ? c.toUpperCase() : c)).join('');
};

/** What Alertmanager adds to Go's functions (0.34, `template.DefaultFuncs`). */
const ALERTMANAGER: Readonly<Record<string, Callable>> = {
  toUpper: text(upper),
  toLower: text((s) => s.toLowerCase()),
  title: text(titled),
  trimSpace: text((s) => s.trim()),
  join: takes(2, 2, (args) => {
    const texts = args.texts(1);
    args.world.meter.spend(texts.length);
    return args.world.meter.text(texts.join(args.text(0)));
  }),
  match: takes(2, 2, (args) => {
    const input = args.text(1);
    const { search, spend } = searchOf(args, input);
    spend(input.length);
    return search.finds(input);
  }),
  safeHtml: text((s) => new Safe('template.HTML', s)),
  safeUrl: text((s) => new Safe('template.URL', s)),
  urlUnescape: text(unescaped),
  reReplaceAll: takes(3, 3, (args) => {
    const { search, spend } = searchOf(args, args.text(2));
    return args.world.meter.text(search.replaceAll(args.text(2), args.text(1), spend));
  }),
  stringSlice: takes(
    0,
    MANY,
    (args) =>
      new List(
        '[]string',
        args.values.map((_value, i) => args.text(i)),
      ),
  ),
  routeLabels: text((name, args) => args.world.routeLabel(name)),
  date: takes(2, 2, (args) => args.world.meter.text(formatTime(args.time(1), args.text(0)))),
  tz: takes(2, 2, (args) => inZone(args.time(1), args.text(0))),
  now: takes(0, 0, (args) => new Time(args.world.now)),
  since: takes(1, 1, (args) => new Duration(args.world.now - args.time(0).ns)),
  humanizeDuration: takes(1, 1, (args) => humanized(secondsOf(args.any(0)))),
  toDate: takes(2, 2, (args) => parseTime(args.text(0), args.text(1)) ?? new Time(ZERO)),
  mustToDate: takes(2, 2, (args) => {
    const time = parseTime(args.text(0), args.text(1));
    if (time) return time;
    throw new Fault(`"${args.text(1)}" is not a time of the form "${args.text(0)}"`);
  }),
  toJson: takes(1, 1, (args) => toJson(args.any(0), args.world.meter)),
  base64encode: text((s) =>
    Buffer.from(s).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
  ),
  base64decode: text(fromBase64),
  list: takes(0, MANY, (args) => new List('[]interface {}', args.values)),
  append: takes(1, MANY, (args) => {
    const before = args.list(0);
    args.world.meter.spend(before.items.length);
    return new List('[]interface {}', [...before.items, ...args.values.slice(1)]);
  }),
  dict: takes(0, MANY, (args) => {
    if (args.count % 2 !== 0) throw new Fault('dict wants names and values in turn');
    const entries = args.values.flatMap((_value, i): [string, Value][] =>
      i % 2 === 0 ? [[args.text(i), args.any(i + 1)]] : [],
    );
    return new Dict('map[string]interface {}', entries);
  }),
};

const ZERO = -62_135_596_800_000_000_000n;

/** Every function there is but `and` and `or`, which the executor does itself. */
export const FUNCTIONS: Readonly<Record<string, Callable>> = { ...BUILTINS, ...ALERTMANAGER };

export const FUNCTION_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(FUNCTIONS),
  'and',
  'or',
]);

/** Compiled patterns of templates; the oldest goes when there are too many. */
const searches = new Map<string, Search>();
const SEARCHES_MAX = 500;
/** Instructions of a pattern per character that count as one step. */
const INSTRUCTIONS_PER_STEP = 16;

/** The pattern that is the first argument, and what looking through so many characters costs. */
function searchOf(
  args: Args,
  input: string,
): { readonly search: Search; readonly spend: (chars: number) => void } {
  const { meter } = args.world;
  const max = TEMPLATE_LIMITS.search_chars_max;
  if (input.length > max) throw new Fault(`patterns look through at most ${max} characters`);
  const search = compiled(args.text(0), meter);
  const spend = (chars: number): void =>
    meter.spend(1 + Math.ceil((search.instructions * chars) / INSTRUCTIONS_PER_STEP));
  return { search, spend };
}

function compiled(source: string, meter: Meter): Search {
  const known = searches.get(source);
  if (known) return known;
  meter.spend(source.length);
  const search = compileSearch(source);
  if ('error' in search) throw new Fault(`bad pattern "${source}": ${search.error}`);
  const [oldest] = searches.keys();
  if (searches.size >= SEARCHES_MAX && oldest !== undefined) searches.delete(oldest);
  searches.set(source, search);
  return search;
}

/** Go's url.QueryUnescape. */
function unescaped(s: string): string {
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(s);
  if (bad) throw new Fault(`urlUnescape: "${bad[0]}" is no escape`);
  const bytes: Buffer[] = [];
  for (const piece of s.replaceAll('+', ' ').split(/((?:%[0-9a-fA-F]{2})+)/)) {
    const isEscape = piece.startsWith('%');
    bytes.push(isEscape ? Buffer.from(piece.replaceAll('%', ''), 'hex') : Buffer.from(piece));
  }
  return Buffer.concat(bytes).toString('utf8');
}

function fromBase64(s: string): string {
  const plain = s.replace(/[\r\n]/g, '');
  if (!/^(?:[\w-]{4})*(?:[\w-]{2}==|[\w-]{3}=)?$/.test(plain)) {
    throw new Fault('base64decode: this is not base64 of the URL-safe kind');
  }
  return Buffer.from(plain, 'base64url').toString('utf8');
}

function secondsOf(value: Value): number {
  if (value instanceof Duration) return Number(value.ns) / 1e9;
  if (typeof value === 'number') return value;
  const whole = wholeOf(value);
  if (whole !== undefined) return Number(whole);
  const told = textOf(value);
  const number = told === undefined || told.trim() !== told || told === '' ? NaN : Number(told);
  if (told !== undefined && !Number.isNaN(number)) return number;
  throw new Fault(
    `humanizeDuration wants seconds or a duration, not ${told ? `"${told}"` : typeOf(value)}`,
  );
}

/** Prometheus's way to say a length of time. */
function humanized(seconds: number): string {
  if (!Number.isFinite(seconds)) return floatText(seconds, 'g', 4);
  if (seconds === 0) return '0s';
  const size = Math.abs(seconds);
  if (size < 1) return small(seconds);
  const sign = seconds < 0 ? '-' : '';
  const all = Math.floor(size);
  const [s, m, h, d] = [
    all % 60,
    Math.floor(all / 60) % 60,
    Math.floor(all / 3600) % 24,
    Math.floor(all / 86_400),
  ];
  if (d > 0) return `${sign}${d}d ${h}h ${m}m ${s}s`;
  if (h > 0) return `${sign}${h}h ${m}m ${s}s`;
  return m > 0 ? `${sign}${m}m ${s}s` : `${sign}${floatText(size, 'g', 4)}s`;
}

function small(seconds: number): string {
  let value = seconds;
  let prefix = '';
  for (const next of 'munpfazy') {
    if (Math.abs(value) >= 1) break;
    prefix = next;
    value *= 1000;
  }
  return `${floatText(value, 'g', 4)}${prefix}s`;
}
