/** iCalendar as components and their properties (RFC 5545 §3.1). Total and linear. */

export interface Property {
  /** Where it stands in the text, from 1. */
  readonly line: number;
  /** In capitals. */
  readonly name: string;
  readonly params: ReadonlyMap<string, string>;
  readonly value: string;
}

/** One VEVENT; what is nested in it (alarms) is left out. */
export interface Component {
  readonly line: number;
  readonly properties: readonly Property[];
}

export interface CalendarText {
  /** Of the calendar: PUBLISH, REQUEST, CANCEL; '' when it says none. */
  readonly method: string;
  readonly events: readonly Component[];
  /** Why nothing, or no more, could be read; undefined when all was. */
  readonly fault: { readonly line: number; readonly why: string } | undefined;
}

export const CALENDAR_LIMITS = {
  chars_max: 2 * 1_024 * 1_024,
  events_max: 1_000,
  properties_max: 1_000,
  /** A longer line is cut: what is long is a description. */
  line_chars_max: 16_384,
  uid_chars_max: 512,
  depth_max: 8,
} as const;

interface Line {
  readonly at: number;
  readonly text: string;
}

/** Lines with what was folded unfolded; a line that begins with a blank goes on. */
function* unfolded(text: string): Generator<Line> {
  let [at, number] = [0, 0];
  let held: { at: number; parts: string[]; chars: number } | undefined;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const stop = end < 0 ? text.length : end;
    const cut = stop > at && text.charCodeAt(stop - 1) === 13 ? stop - 1 : stop;
    number++;
    const first = text.charCodeAt(at);
    if (held && (first === 32 || first === 9) && cut > at) {
      const room = CALENDAR_LIMITS.line_chars_max - held.chars;
      const more = text.slice(at + 1, Math.min(cut, at + 1 + room));
      held.parts.push(more);
      held.chars += more.length;
    } else {
      if (held) yield { at: held.at, text: held.parts.join('') };
      const part = text.slice(at, Math.min(cut, at + CALENDAR_LIMITS.line_chars_max));
      held = { at: number, parts: [part], chars: part.length };
    }
    at = stop + 1;
  }
  if (held) yield { at: held.at, text: held.parts.join('') };
}

/** `DTSTART;TZID="Europe/Vienna":20260301T220000`; undefined for what has no name and colon. */
function propertyOf({ at, text }: Line): Property | undefined {
  const params = new Map<string, string>();
  let i = nameEnd(text, 0);
  const name = text.slice(0, i).toUpperCase();
  if (name === '') return undefined;
  while (text[i] === ';') {
    const begin = i + 1;
    i = nameEnd(text, begin);
    const param = text.slice(begin, i).toUpperCase();
    if (text[i] !== '=') return undefined;
    const from = i + 1;
    i = valueEnd(text, from);
    if (i < 0) return undefined;
    if (!params.has(param)) params.set(param, text.slice(from, i).replaceAll('"', ''));
  }
  return text[i] === ':' ? { line: at, name, params, value: text.slice(i + 1) } : undefined;
}

function nameEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length && /[A-Za-z0-9-]/.test(text[i] ?? '')) i++;
  return i;
}

/** Where a parameter's value ends, -1 for quotes that do not; what is quoted holds anything. */
function valueEnd(text: string, from: number): number {
  let quoted = false;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === '"') quoted = !quoted;
    else if (!quoted && (c === ';' || c === ':')) return i;
  }
  return -1;
}

/** The events of a text, in their order, as far as it can be read. */
export function readCalendarText(text: string): CalendarText {
  const events: Component[] = [];
  const open: { name: string; line: number; properties: Property[] }[] = [];
  let method = '';
  let isCalendar = false;
  const broken = (line: number, why: string): CalendarText => {
    return { method, events, fault: { line, why } };
  };
  if (text.length > CALENDAR_LIMITS.chars_max) return broken(0, 'it is too long');
  for (const line of unfolded(text.startsWith('\ufeff') ? text.slice(1) : text)) {
    if (line.text.trim() === '') continue;
    const property = propertyOf(line);
    if (!property) return broken(line.at, 'NAME:value expected');
    const { name, value } = property;
    const what = value.trim().toUpperCase();
    if (name === 'BEGIN') {
      if (open.length === 0 && what !== 'VCALENDAR')
        return broken(line.at, 'BEGIN:VCALENDAR expected');
      if (open.length === CALENDAR_LIMITS.depth_max)
        return broken(line.at, 'too much in each other');
      isCalendar = true;
      open.push({ name: what, line: line.at, properties: [] });
    } else if (open.length === 0) return broken(line.at, 'BEGIN:VCALENDAR expected');
    else if (name === 'END') {
      const done = open.pop();
      if (done?.name !== what) return broken(line.at, `END:${done?.name} expected`);
      if (what === 'VEVENT' && open.length === 1) events.push(done);
      if (events.length > CALENDAR_LIMITS.events_max) {
        return { method, events: events.slice(0, -1), fault: tooMany(done.line) };
      }
    } else {
      const holder = open.at(-1);
      if (open.length === 1 && name === 'METHOD') method = what;
      if ((holder?.properties.length ?? 0) >= CALENDAR_LIMITS.properties_max) {
        return broken(line.at, `at most ${CALENDAR_LIMITS.properties_max} properties expected`);
      }
      if (holder?.name === 'VEVENT') holder.properties.push(property);
    }
  }
  if (!isCalendar) return broken(1, 'BEGIN:VCALENDAR expected');
  const left = open.at(-1);
  return left
    ? broken(left.line, `it has no END:${left.name}`)
    : { method, events, fault: undefined };
}

const tooMany = (line: number) => ({
  line,
  why: `at most ${CALENDAR_LIMITS.events_max} events expected; from here on nothing was read`,
});

/** A TEXT value as people read it (§3.3.11). */
export const plainText = (value: string): string =>
  value.replace(/\\([\\;,nN])/g, (_, c: string) => (c === 'n' || c === 'N' ? '\n' : c));
