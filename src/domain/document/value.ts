import { type Instant, type Millis, parseInstant } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import { TEMPLATE_MAXIMA, type Variable, type VariableType } from './template.ts';

export const VALUE_LIMITS = {
  /** What a person fills in of one variable. */
  asked_chars_max: 20_000,
  /** Of a list or table; what is beyond is counted and said. */
  rows_max: 500,
  cell_chars_max: 2_000,
  people_max: 100,
  /** All values of one document, as JSON. */
  values_chars_max: 262_144,
} as const;

const most = VALUE_LIMITS;

/** People are ids: names are looked up when it is drawn, and can be erased. */
export type Cell =
  | string
  | { readonly at: Instant }
  | { readonly person: UserId }
  | { readonly ms: Millis };

/** A value as it is frozen in a document. */
export type Value =
  | { readonly is: 'nothing'; readonly type: VariableType }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'number'; readonly number: number }
  | { readonly is: 'time'; readonly at: Instant }
  | { readonly is: 'duration'; readonly ms: Millis }
  | { readonly is: 'people'; readonly people: readonly UserId[] }
  | { readonly is: 'list'; readonly items: readonly Cell[]; readonly more: number }
  | {
      readonly is: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly Cell[])[];
      readonly more: number;
    };

export type Values = Readonly<Record<string, Value>>;

/** Something that stands between a person and the document. */
export interface Lack {
  readonly name: string;
  /** What is expected. */
  readonly expected: string;
  /** Where it is filled in. */
  readonly where: string;
}

/** A person by login or id; undefined: nobody here. */
export type FindPerson = (text: string) => UserId | undefined;

/** What somebody wrote, as the type says; a text says what is expected instead. */
export function readAsked(variable: Variable, text: string, find: FindPerson): Value | string {
  if (text.length > most.asked_chars_max) return `at most ${most.asked_chars_max} characters`;
  if (!text.isWellFormed() || UNPRINTABLE.test(text)) return 'text without control characters';
  const said = text.trim();
  switch (variable.type) {
    case 'text':
      return { is: 'text', text: said };
    case 'number':
      return NUMBER.test(said) ? { is: 'number', number: Number(said) } : 'a number, as 12.5';
    case 'time': {
      const at = parseInstant(MINUTE.test(said) ? `${said.replace(' ', 'T')}:00Z` : said);
      return at === undefined ? 'a time, as 2026-03-01 02:00 (UTC)' : { is: 'time', at };
    }
    case 'duration': {
      const ms = readLength(said);
      return ms === undefined ? 'a length of time, as 1h30m' : { is: 'duration', ms };
    }
    case 'choice': {
      const { choices } = variable;
      return choices.includes(said) ? { is: 'text', text: said } : `one of ${choices.join(', ')}`;
    }
    case 'person':
      return readPeople([said], find);
    case 'people':
      return readPeople(said.split(/[\s,]+/), find);
    case 'list':
      return readList(linesOf(said));
    case 'table':
      return readTable(variable.columns, linesOf(said));
  }
}

const NUMBER = /^-?\d{1,15}(?:\.\d{1,9})?$/;
const MINUTE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d$/;
/** Everything but tab and line ends. */
const UNPRINTABLE = /(?![\t\n\r])\p{Cc}/u;

const UNIT_MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
};

function readLength(text: string): Millis | undefined {
  if (!/^(?:\d{1,5}d)?(?:\d{1,5}h)?(?:\d{1,5}m)?(?:\d{1,6}s)?$/.test(text) || text === '')
    return undefined;
  let ms = 0;
  for (const [, count, unit = ''] of text.matchAll(/(\d+)([dhms])/g))
    ms += Number(count) * (UNIT_MS[unit] ?? 0);
  return ms as Millis;
}

function readPeople(given: readonly string[], find: FindPerson): Value | string {
  const wanted = given.filter((one) => one !== '');
  if (wanted.length > most.people_max) return `at most ${most.people_max} people`;
  const people: UserId[] = [];
  for (const one of wanted) {
    const person = find(one);
    if (person === undefined) return `logins of people here; nobody is called ${one.slice(0, 64)}`;
    people.push(person);
  }
  return { is: 'people', people };
}

const linesOf = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*(?:[-*]\s+)?/, '').trim())
    .filter((line) => line !== '');

function readList(lines: readonly string[]): Value | string {
  if (lines.length > most.rows_max) return `at most ${most.rows_max} lines`;
  const isLong = lines.some((line) => line.length > most.cell_chars_max);
  if (isLong) return `lines of at most ${most.cell_chars_max} characters`;
  return { is: 'list', items: lines, more: 0 };
}

function readTable(columns: readonly string[], lines: readonly string[]): Value | string {
  if (lines.length > most.rows_max) return `at most ${most.rows_max} lines`;
  const rows = lines.map((line) => line.split('|').map((cell) => cell.trim()));
  const wrong = rows.find((row) => row.length > columns.length);
  if (wrong) return `a line for each row: ${columns.join(' | ')}`;
  if (rows.some((row) => row.some((cell) => cell.length > most.cell_chars_max)))
    return `cells of at most ${most.cell_chars_max} characters`;
  return {
    is: 'table',
    columns,
    rows: rows.map((row) => columns.map((_, i) => row[i] ?? '')),
    more: 0,
  };
}

/** Nothing in it that a reader could learn anything from. */
export function isBlank(value: Value): boolean {
  switch (value.is) {
    case 'nothing':
      return true;
    case 'text':
      return value.text === '';
    case 'people':
      return value.people.length === 0;
    case 'list':
      return value.items.length === 0;
    case 'table':
      return value.rows.length === 0;
    default:
      return false;
  }
}

/** What is expected of a variable that a person fills in. */
export function expectedOf({ type, choices, columns }: Variable): string {
  switch (type) {
    case 'choice':
      return `one of ${choices.join(', ')}`;
    case 'person':
      return 'a login';
    case 'people':
      return 'logins, a space between';
    case 'time':
      return 'a time, as 2026-03-01 02:00 (UTC)';
    case 'duration':
      return 'a length of time, as 1h30m';
    case 'list':
      return 'a line for each';
    case 'table':
      return `a line for each row: ${columns.join(' | ')}`;
    default:
      return `a ${type}`;
  }
}

/** As large as they are kept; more than fits is refused before anything begins. */
export const fitsValues = (values: Values): boolean =>
  JSON.stringify(values).length <= most.values_chars_max;

/** Rows as far as they are kept, and how many are not. */
export function bounded<T>(all: readonly T[]): {
  readonly kept: readonly T[];
  readonly more: number;
} {
  const kept = all.slice(0, most.rows_max);
  return { kept, more: all.length - kept.length };
}

export const cellText = (text: string): string => text.slice(0, most.cell_chars_max);

/** A name that `{{ .name }}` can say. */
export const isVariableName = (name: string): boolean =>
  /^[a-z][a-z0-9_]{0,63}$/.test(name) && name.length <= TEMPLATE_MAXIMA.name_chars_max;
