import type { Instant } from '../../base/time.ts';
import { printable } from './decode.ts';
import type { SdElement } from './message.ts';
import { instantOf } from './time.ts';

/** The parts of RFC 5424 §6 behind the PRI and the version. NILVALUE is ''. */
export interface Parts {
  readonly at: Instant | undefined;
  readonly host: string;
  readonly app: string;
  readonly procId: string;
  readonly msgId: string;
  readonly elements: readonly SdElement[];
  /** Printable, without spaces at its ends. */
  readonly text: string;
  readonly malformed: '';
}

/** What does not follow the grammar, and at which character. */
export interface Fault {
  readonly why: string;
  readonly at: number;
}

/** RFC 5424 §6: lengths of the fields; TIMESTAMP is checked by its form. */
export const FIELD_CHARS_MAX = { host: 255, app: 48, procId: 128, msgId: 32, name: 32 } as const;
/** A message has some; one with more is a flood of its own and is not read as RFC 5424. */
export const ELEMENTS_MAX = 64;
export const PARAMS_MAX = 256;

const TIME =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d):(\d\d)(?:\.(\d{1,6}))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
/** SD-NAME: printable ASCII but space, `=`, `]` and `"`. */
const NAME = /[!#-<>-\\^-~]+/y;
const BEFORE_PARAM = / +/y;

/** Reads what follows `<PRI>1 `, from `start`. Strict: what the grammar forbids is a fault. */
export function parts5424(line: string, start: number): Parts | Fault {
  const fields: string[] = [];
  let at = start;
  for (const [name, max] of FIELDS) {
    const end = line.indexOf(' ', at);
    const field = line.slice(at, end < 0 ? line.length : end);
    if (end < 0 || field === '') return { why: `${name} expected`, at };
    if (field.length > max) return { why: `${name} is longer than ${max} characters`, at };
    if (!/^[!-~]+$/.test(field)) return { why: `${name} is not printable ASCII`, at };
    fields.push(field === '-' ? '' : field);
    at = end + 1;
  }
  const [stamp = '', host = '', app = '', procId = '', msgId = ''] = fields;
  const [, minute = '', second = '', fraction = '', zone = ''] = TIME.exec(stamp) ?? [];
  const time = minute === '' ? undefined : instantOf(minute, second, fraction, zone);
  if (stamp !== '' && time === undefined) return { why: 'TIMESTAMP is not one', at: start };
  const data = line.charAt(at) === '-' ? { elements: NONE, end: at + 1 } : elementsAt(line, at);
  if ('why' in data) return data;
  if (data.end < line.length && line.charAt(data.end) !== ' ') {
    return { why: 'a space expected behind the structured data', at: data.end };
  }
  const text = printable(line.slice(data.end + 1)).trim(); // a BOM is not printable either
  return { at: time, host, app, procId, msgId, elements: data.elements, text, malformed: '' };
}

const FIELDS: readonly (readonly [string, number])[] = [
  ['TIMESTAMP', 64],
  ['HOSTNAME', FIELD_CHARS_MAX.host],
  ['APP-NAME', FIELD_CHARS_MAX.app],
  ['PROCID', FIELD_CHARS_MAX.procId],
  ['MSGID', FIELD_CHARS_MAX.msgId],
];
const NONE: readonly SdElement[] = [];

function elementsAt(
  line: string,
  start: number,
): { elements: readonly SdElement[]; end: number } | Fault {
  const elements: SdElement[] = [];
  let at = start;
  while (line.charAt(at) === '[') {
    const read = elementAt(line, at);
    if ('why' in read) return read;
    if (elements.some(({ id }) => id === read.element.id)) {
      return { why: `${read.element.id} stands there twice`, at };
    }
    if (elements.length === ELEMENTS_MAX) return { why: `more than ${ELEMENTS_MAX} elements`, at };
    elements.push(read.element);
    at = read.end;
  }
  return elements.length > 0 ? { elements, end: at } : { why: 'structured data expected', at };
}

function elementAt(line: string, start: number): { element: SdElement; end: number } | Fault {
  const id = nameAt(line, start + 1);
  if (id === '') return { why: 'a name of structured data expected', at: start + 1 };
  const params: [string, string][] = [];
  let at = start + 1 + id.length;
  while (line.charAt(at) === ' ') {
    BEFORE_PARAM.lastIndex = at;
    at += BEFORE_PARAM.exec(line)?.[0].length ?? 0;
    const name = nameAt(line, at);
    if (name === '' || line.slice(at + name.length, at + name.length + 2) !== '="') {
      return { why: 'name="value" expected', at };
    }
    const value = valueAt(line, at + name.length + 2);
    if ('why' in value) return value;
    if (params.length === PARAMS_MAX) return { why: `more than ${PARAMS_MAX} parameters`, at };
    params.push([name, value.text]);
    at = value.end;
  }
  if (line.charAt(at) !== ']') return { why: '] expected', at };
  return { element: { id, params }, end: at + 1 };
}

function nameAt(line: string, at: number): string {
  NAME.lastIndex = at;
  const name = NAME.exec(line)?.[0] ?? '';
  return name.length <= FIELD_CHARS_MAX.name ? name : '';
}

/** Escapes are `\"`, `\\` and `\]` only; any other backslash is itself (§6.3.3). */
function valueAt(line: string, start: number): { text: string; end: number } | Fault {
  let escaped = false;
  for (let at = start; at < line.length; at++) {
    const c = line.charAt(at);
    if (c === '\\') {
      escaped = true;
      if (/["\\\]]/.test(line.charAt(at + 1))) at++;
    } else if (c === '"') {
      const text = line.slice(start, at);
      return { text: escaped ? text.replace(/\\(["\\\]])/g, '$1') : text, end: at + 1 };
    } else if (c === ']') return { why: 'a ] in a value has no backslash before it', at };
  }
  return { why: 'the " at the end of a value is missing', at: start };
}
