import { layoutPieces, MONTHS } from './time.ts';
import { Time } from './value.ts';

/** What stands in a text in the place of each piece of a layout; the group is what it says. */
const SHAPES: Readonly<Record<string, { readonly as: string; readonly shape: RegExp }>> = {
  '2006': { as: 'year', shape: /\d{4}/y },
  '06': { as: 'year2', shape: /\d{2}/y },
  January: { as: 'month name', shape: /[A-Za-z]+/y },
  Jan: { as: 'month name', shape: /[A-Za-z]{3}/y },
  '01': { as: 'month', shape: /\d{2}/y },
  '1': { as: 'month', shape: /\d{1,2}/y },
  Monday: { as: '', shape: /[A-Z][a-z]+day/y },
  Mon: { as: '', shape: /[A-Z][a-z]{2}/y },
  '02': { as: 'day', shape: /\d{2}/y },
  _2: { as: 'day', shape: / ?\d{1,2}/y },
  '2': { as: 'day', shape: /\d{1,2}/y },
  '15': { as: 'hour', shape: /\d{2}/y },
  '03': { as: 'hour12', shape: /\d{2}/y },
  '3': { as: 'hour12', shape: /\d{1,2}/y },
  '04': { as: 'minute', shape: /\d{2}/y },
  '4': { as: 'minute', shape: /\d{1,2}/y },
  '05': { as: 'second', shape: /\d{2}/y },
  '5': { as: 'second', shape: /\d{1,2}/y },
  PM: { as: 'half', shape: /AM|PM/y },
  pm: { as: 'half', shape: /am|pm/y },
  MST: { as: 'zone', shape: /[A-Z]{3,5}/y },
};
const OFFSET = { as: 'offset', shape: /Z|[+-]\d{2}(?::?\d{2})?/y };
const FRACTION = { as: 'fraction', shape: /[.,]\d{1,9}/y };

/** Go's time.Parse in UTC; undefined when the text does not have the layout's form. */
export function parseTime(layout: string, text: string): Time | undefined {
  const found = new Map<string, string>();
  const pieces = layoutPieces(layout);
  let at = 0;
  for (const [i, { chunk, text: piece }] of pieces.entries()) {
    if (!chunk) {
      if (!text.startsWith(piece, at)) return undefined;
      at += piece.length;
      continue;
    }
    const { as, shape } = SHAPES[piece] ?? (/^[.,]/.test(piece) ? FRACTION : OFFSET);
    const said = readAt(shape, text, at);
    if (said === '' && !(as === 'fraction' && piece[1] === '9')) return undefined;
    if (said !== '') found.set(as, said.trim());
    at += said.length;
    // Go takes a fraction behind seconds even where the layout has none.
    if (as === 'second' && !/^[.,][09]/.test(pieces[i + 1]?.text ?? '')) {
      const more = readAt(FRACTION.shape, text, at);
      if (more !== '') found.set('fraction', more);
      at += more.length;
    }
  }
  if (at < text.length) return undefined;
  return timeOf(found);
}

/** '' when nothing of that shape stands there. */
function readAt(shape: RegExp, text: string, at: number): string {
  shape.lastIndex = at;
  return shape.exec(text)?.[0] ?? '';
}

function timeOf(found: ReadonlyMap<string, string>): Time | undefined {
  const number = (name: string, otherwise: number): number => Number(found.get(name) ?? otherwise);
  const short = number('year2', 0);
  const year = number('year', found.has('year2') ? short + (short >= 69 ? 1900 : 2000) : 0);
  const month = monthOf(found) ?? 0;
  const day = number('day', 1);
  const half = (found.get('half') ?? '').toUpperCase();
  const twelve = number('hour12', 0) % 12;
  const hour = found.has('hour12') ? twelve + (half === 'PM' ? 12 : 0) : number('hour', 0);
  const [minute, second] = [number('minute', 0), number('second', 0)];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || number('hour12', 0) > 12) return undefined;
  const wall = date.getTime() / 1000 + hour * 3600 + minute * 60 + second;
  const [offset, zone] = offsetOf(found.get('offset') ?? 'Z');
  const nano = BigInt((found.get('fraction') ?? '.').slice(1).padEnd(9, '0'));
  return new Time(BigInt(wall - offset) * 1_000_000_000n + nano, zone);
}

function monthOf(found: ReadonlyMap<string, string>): number | undefined {
  const name = found.get('month name')?.toLowerCase();
  if (name === undefined) return Number(found.get('month') ?? 1);
  const at = MONTHS.findIndex((month) =>
    name.length === 3 ? month.slice(0, 3).toLowerCase() === name : month.toLowerCase() === name,
  );
  return at < 0 ? undefined : at + 1;
}

/** Seconds east of UTC, and the zone's name here. */
function offsetOf(text: string): [seconds: number, zone: string] {
  if (text === 'Z') return [0, 'UTC'];
  const h = text.slice(1, 3);
  const m = text.slice(3).replace(':', '').padEnd(2, '0');
  const seconds = (text.startsWith('-') ? -1 : 1) * (Number(h) * 3600 + Number(m) * 60);
  return [seconds, seconds === 0 ? 'UTC' : `${text[0]}${h}:${m}`];
}
