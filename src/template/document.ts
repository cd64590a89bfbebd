import type { Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Variable } from '../domain/document/template.ts';
import type { Cell, Value as Held, Values } from '../domain/document/value.ts';
import type { World } from './args.ts';
import { execute } from './execute.ts';
import { Meter, TemplateError } from './fault.ts';
import { FUNCTION_NAMES } from './functions.ts';
import { markdownSink } from './markdown-sink.ts';
import { parse } from './parse.ts';
import { Duration, List, Struct, Time, type Value } from './value.ts';

/** How to call a person. */
type NameOf = (id: UserId) => string;

const NS = 1_000_000n;

/**
 * The Markdown of a document: its template over its frozen values. `at` is what `now` says there.
 * Throws TemplateError.
 */
export function documentMarkdown(
  body: string,
  values: Values,
  nameOf: NameOf,
  at: Instant,
  file = '',
): string {
  const { main, defined } = parse({ file, text: body }, FUNCTION_NAMES);
  const trees = new Map([main, ...defined].map((tree) => [tree.name, tree]));
  const more = new Map<List, number>();
  const fields = Object.entries(values).map(([name, value]) => [name, heldValue(value)] as const);
  const meter = new Meter();
  const world: World = { meter, now: BigInt(at) * NS, routeLabel: () => '' };
  const sink = markdownSink(meter, more);
  execute(main, trees, new Struct('document', Object.fromEntries(fields)), world, sink);
  return sink.done();

  function heldValue(held: Held): Value {
    switch (held.is) {
      case 'nothing':
        return MANY.has(held.type) ? new List('[]interface {}', []) : '';
      case 'text':
        return held.text;
      case 'number':
        return held.number;
      case 'time':
        return timeOf(held.at);
      case 'duration':
        return new Duration(BigInt(held.ms) * NS);
      case 'people':
        return new List('template.Strings', held.people.map(nameOf));
      case 'list':
        return listed(held.items.map(cellValue), held.more);
      case 'table': {
        const { columns, rows } = held;
        const row = (cells: readonly Cell[]): Struct =>
          new Struct('row', Object.fromEntries(columns.map((c, i) => [c, cellValue(cells[i])])));
        return listed(rows.map(row), held.more);
      }
    }
  }

  function listed(items: readonly Value[], rest: number): List {
    const list = new List('[]interface {}', items);
    more.set(list, rest);
    return list;
  }

  function cellValue(cell: Cell = ''): Value {
    if (typeof cell === 'string') return cell.replace(/\s+/g, ' ').trim();
    if ('at' in cell) return timeOf(cell.at);
    return 'ms' in cell ? new Duration(BigInt(cell.ms) * NS) : nameOf(cell.person);
  }
}

const MANY: ReadonlySet<string> = new Set(['people', 'list', 'table']);

const timeOf = (at: Instant): Time => new Time(BigInt(at) * NS);

/**
 * What is wrong with a body, as far as two trials show it: with nothing filled in, and with one of
 * everything. `columns` are those that the facts give.
 */
export function documentFault(
  body: string,
  variables: readonly Variable[],
  columns: (variable: Variable) => readonly string[],
): { readonly line: number; readonly why: string } | undefined {
  const none = variables.map(({ name, type }) => [name, { is: 'nothing', type }] as const);
  const some = variables.map((one) => [one.name, sample(one, columns(one))] as const);
  try {
    for (const values of [none, some])
      documentMarkdown(body, Object.fromEntries(values), (id) => id, 0 as Instant);
    return undefined;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { line: error.line, why: error.why };
  }
}

function sample({ type, choices }: Variable, columns: readonly string[]): Held {
  switch (type) {
    case 'number':
      return { is: 'number', number: 1 };
    case 'time':
      return { is: 'time', at: 0 as Instant };
    case 'duration':
      return { is: 'duration', ms: 1 as never };
    case 'person':
    case 'people':
      return { is: 'people', people: ['somebody' as UserId] };
    case 'list':
      return { is: 'list', items: ['one'], more: 0 };
    case 'table':
      return { is: 'table', columns, rows: [columns.map(() => 'a')], more: 0 };
    default:
      return { is: 'text', text: choices[0] ?? 'text' };
  }
}
